"""What the invented actions are about; the four of the promise on robberies are real, their details invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

EndedAs = Literal["committed", "started", "not started", "cancelled", "reported done", "verified done"]


@dataclass(frozen=True, slots=True)
class Doses:
    """What is carried out: an amount in a unit and hours, every so many weeks."""

    amount: float
    unit: str
    hours: float
    weeks: int = 4


@dataclass(frozen=True, slots=True)
class Deed:
    """An action from commitment to end. ended: the day on which it was done, broken off or left unstarted."""

    key: str
    problem: str
    title: str
    description: str
    owner: str
    committed: date
    ended: date
    ended_as: EndedAs
    doses: Doses
    why: str = ""
    followed_up: date | None = None
    measured: tuple[str, str] | None = None
    works_from: date | None = None
    moved: tuple[date, date, str] | None = None
    marks: tuple[str, ...] = field(default=())

    @property
    def hours(self) -> float:
        """Hours planned: what the doses would take from start to end, at least eight."""
        return max(8.0, self.doses.hours * ((self.ended - self.committed).days // (7 * self.doses.weeks)))


_OFFICER = "kommunpolis, Lokalpolisområde Västerås"
_PATROL = "områdespolis, Lokalpolisområde Västerås"
_HOUSING = "förvaltare, Mimer"
_SCHOOL = "skolchef, Västerås stad"
_STREET = "enhetschef gata och park, Västerås stad"
_SAFETY = "enhetschef trygghet, Västerås stad"
_COORDINATOR = "samordnare, Västerås stad"
_FIELD = "enhetschef fältgrupp, Västerås stad"

_RABY, _CYCLES, _BACKBY = "ljus-och-skadegorelse-raby", "cykelstolder-centrum", "narkotikahandel-backby"
_ROBBERY, _BURGLARY, _GARAGE = "personran-mot-unga", "bostadsinbrott-onsta", "fordon-garage-vallby"
_HAMMARBY, _CENTRE, _GRAFFITI = "skadegorelse-skola-hammarby", "ordning-centrum-kvall", "klotter-gideonsberg"
_VIKSANG, _LIBRARY, _BJURHOVDA = "cykelrum-viksang", "hot-pa-bibliotek", "samlingar-bjurhovda"

DEEDS = (
    Deed("ljus-raby", _RABY, "Laga och komplettera belysningen",
         "Nitton stolpar lagas och sju nya sätts upp; buskage beskärs.",
         _STREET, date(2020, 3, 9), date(2020, 8, 31), "verified done", Doses(4, "stolpar", 12),
         followed_up=date(2021, 9, 14), measured=("raby", "skadegorelse"), works_from=date(2020, 9, 7)),
    Deed("vandring-raby", _RABY, "Trygghetsvandring vår och höst",
         "Vandring med boende, skola och bostadsbolag; brister blir felanmälningar.",
         "områdesutvecklare, Västerås stad", date(2020, 3, 10), date(2021, 10, 20), "verified done", Doses(1,
         "vandringar", 9, 26),
         followed_up=date(2021, 11, 23)),
    Deed("lagning-raby", _RABY, "Laga skador inom fem dagar", "Gemensam jourlista för stad och bostadsbolag.",
         _HOUSING, date(2020, 3, 12), date(2021, 12, 14), "reported done", Doses(6, "lagningar", 5)),
    Deed("kamera-raby", _RABY, "Kamerabevakning av gångtunneln", "Utreda och ansöka om bevakning under ett år.",
         _SAFETY, date(2020, 4, 7), date(2020, 10, 6), "not started", Doses(1, "ansökningar", 20),
         why="Rättslig bedömning: skadegörelsen ensam räcker inte som grund. Pengarna går till belysningen."),
    Deed("info-cykel", _CYCLES, "Informationskampanj om lås",
         "Affischer och utdelning av låsguide vid resecentrum, vår och sommar.",
         _COORDINATOR, date(2020, 4, 14), date(2021, 9, 28), "verified done", Doses(250, "låsguider", 6, 2),
         followed_up=date(2021, 11, 9), measured=("centrum", "cykelstold"), works_from=date(2020, 6, 1)),
    Deed("cykelstall-centrum", _CYCLES, "Cykelställ med ramlås", "Åttio ramlåsplatser vid resecentrum.",
         _STREET, date(2020, 5, 5), date(2021, 5, 25), "verified done", Doses(8, "platser", 10, 6),
         moved=(date(2020, 11, 3), date(2021, 5, 31), "Leveransen blev försenad; monteringen flyttas till våren.")),
    Deed("vardar-torget", _BACKBY, "Trygghetsvärdar på torget",
         "Två värdar fyra kvällar i veckan, från kl. 16 till 21.",
         _SAFETY, date(2020, 10, 6), date(2022, 12, 20), "verified done", Doses(8, "värdkvällar", 40, 2),
         followed_up=date(2022, 12, 27), measured=("backby", "narkotika"), works_from=date(2021, 6, 7),
         moved=(date(2021, 5, 18), date(2022, 12, 31), "Försöket förlängs: två värdar från juni i stället för en.")),
    Deed("torg-beskarning", _BACKBY, "Röja sikt och flytta sittplatser",
         "Buskage vid tunneln tas bort, sex bänkar flyttas till ljus plats.",
         _STREET, date(2020, 10, 6), date(2021, 4, 27), "verified done", Doses(1, "etapper", 30, 6),
         followed_up=date(2021, 10, 26)),
    Deed("narvaro-backby", _BACKBY, "Synlig polisnärvaro", "Fotpatrull vid torget på tider som bestäms på veckomötet.",
         _PATROL, date(2020, 10, 7), date(2022, 6, 21), "reported done", Doses(3, "pass", 9, 1)),
    Deed("handlare-backby", _BACKBY, "Handlarnas larmkedja", "Gemensam kontaktlista och kvällsrond för butikerna.",
         _OFFICER, date(2020, 11, 3), date(2021, 9, 7), "reported done", Doses(1, "träffar", 3, 8)),
    Deed("uthyrning-backby", _BACKBY, "Kvällsöppen verksamhet i tom lokal",
         "Förening hyr lokalen vid torget till självkostnad.",
         _HOUSING, date(2020, 11, 10), date(2021, 11, 9), "cancelled", Doses(1, "samtal", 4, 8),
         why="Ingen förening kunde bemanna kvällarna. Lokalen hyrs ut till butik i stället.", followed_up=date(2021,
         12, 7)),
    Deed("vandringar-ran", _ROBBERY, "Trygghetsvandringar",
         "Vandringar med unga, föräldrar och skolor på platser som de unga pekar ut.",
         _COORDINATOR, date(2020, 11, 10), date(2021, 3, 26), "verified done", Doses(1, "vandringar", 8, 3),
         marks=("promise",)),
    Deed("narvaro-ran", _ROBBERY, "Polisnärvaro på utvalda platser och tider",
         "Patrullering fredag och lördag kväll enligt veckans kartbild.",
         _PATROL, date(2020, 11, 10), date(2021, 3, 30), "verified done", Doses(6, "pass", 24, 1),
         followed_up=date(2021, 6, 8), measured=("centrum", "personran"), works_from=date(2020, 12, 7),
         marks=("promise",)),
    Deed("kontakt-skola", _ROBBERY, "Kontaktperson på varje grundskola",
         "Varje skola får en namngiven kontaktväg till polis och stad.",
         _SCHOOL, date(2020, 11, 11), date(2021, 2, 23), "verified done", Doses(9, "skolor", 8, 3), marks=("promise",)),
    Deed("info-ran", _ROBBERY, "Information till unga och föräldrar",
         "Brev, föräldramöten på nätet och kort film om vart man vänder sig.",
         _SCHOOL, date(2020, 11, 11), date(2021, 3, 24), "reported done", Doses(4, "möten", 6, 3), marks=("promise",)),
    Deed("foraldravandring", _ROBBERY, "Vuxenvandring på helgkvällar", "Föräldrar i par i centrum fredag kväll.",
         _FIELD, date(2020, 11, 12), date(2021, 2, 9), "not started", Doses(1, "kvällar", 6, 1),
         why="Restriktionerna under pandemin gör att grupper av vuxna inte kan samlas. Prövas inte på nytt."),
    Deed("skyltar-inbrott", _BURGLARY, "Skyltar och ljustimrar", "Skyltar vid infarterna och utdelning av ljustimrar.",
         _COORDINATOR, date(2020, 11, 10), date(2021, 12, 7), "verified done", Doses(40, "timrar", 4, 4),
         followed_up=date(2022, 4, 5), measured=("onsta-gryta", "inbrott-bostad"), works_from=date(2020, 12, 7)),
    Deed("grannsamverkan-onsta", _BURGLARY, "Bygga ut grannsamverkan", "Uppstartsmöten kvarter för kvarter.",
         _OFFICER, date(2020, 11, 17), date(2022, 3, 8), "verified done", Doses(1, "möten", 5, 6),
         followed_up=date(2022, 4, 5)),
    Deed("markning-onsta", _BURGLARY, "Märkning av värdesaker", "Utlåning av märkutrustning på biblioteket.",
         _COORDINATOR, date(2021, 1, 19), date(2021, 10, 5), "cancelled", Doses(3, "lån", 1, 4),
         why="Fem lån på nio månader. Tiden används till grannsamverkan."),
    Deed("fordon-garage", _GARAGE, "Nya dörrar och ljus i garagen",
         "Dörrar med stängare, nytt ljus och vita väggar i tre garage.",
         _HOUSING, date(2020, 12, 8), date(2021, 2, 23), "verified done", Doses(1, "garage", 40, 3),
         followed_up=date(2022, 1, 25), measured=("vallby-nordanby", "stold-ur-fordon"), works_from=date(2021, 3, 1)),
    Deed("garage-rond", _GARAGE, "Rondering kvällstid", "Väktare går igenom garagen tre kvällar i veckan.",
         _HOUSING, date(2020, 12, 8), date(2021, 6, 29), "verified done", Doses(3, "ronder", 5, 1)),
    Deed("garage-info", _GARAGE, "Lappar om synliga värdesaker", "Vänlig lapp på bilar där värdesaker syns.",
         "volontärsamordnare, Västerås stad", date(2021, 1, 12), date(2021, 5, 18), "reported done", Doses(60,
         "lappar", 3, 3)),
    Deed("vandring-hammarby", _HAMMARBY, "Trygghetsvandringar vid skolan",
         "Vandring varje månad med personal och boende.",
         _COORDINATOR, date(2021, 6, 8), date(2022, 10, 18), "verified done", Doses(1, "vandringar", 7, 4),
         followed_up=date(2022, 11, 22), measured=("hammarby", "skadegorelse"), works_from=date(2021, 10, 4)),
    Deed("fonster-hammarby", _HAMMARBY, "Säkrare rutor på bottenvåningen", "Laminerat glas i fyrtio fönster.",
         "förvaltare, Västerås stad", date(2021, 6, 8), date(2022, 2, 22), "verified done", Doses(8, "fönster", 16, 6),
         moved=(date(2021, 11, 9), date(2022, 2, 28), "Glaset levereras först i januari.")),
    Deed("oppen-gard-hammarby", _HAMMARBY, "Öppen skolgård på lov", "Ledda aktiviteter på skolgården varje lov.",
         _SCHOOL, date(2021, 8, 24), date(2023, 2, 21), "started", Doses(4, "eftermiddagar", 16, 10)),
    Deed("ordningsvakter", _CENTRE, "Fler ordningsvaktstimmar", "Två vakter till, torsdag till lördag kl. 20 till 03.",
         _SAFETY, date(2021, 7, 6), date(2022, 8, 30), "verified done", Doses(6, "pass", 42, 1),
         followed_up=date(2022, 10, 11), measured=("centrum", "ordningsstorning"), works_from=date(2021, 9, 6)),
    Deed("servering-centrum", _CENTRE, "Ansvarsfull alkoholservering", "Utbildning av personal och samordnad tillsyn.",
         "tillståndschef, Västerås stad", date(2021, 8, 24), date(2022, 5, 17), "verified done", Doses(12,
         "utbildade", 10, 6),
         followed_up=date(2022, 11, 15)),
    Deed("taxizon-centrum", _CENTRE, "Flytta taxizonen från torget", "Ny zon där köerna inte möter uteserveringarna.",
         _STREET, date(2022, 9, 20), date(2023, 6, 30), "committed", Doses(1, "zoner", 40)),
    Deed("kvallsvardar-centrum", _CENTRE, "Kvällsvärdar i centrum",
         "Värdar från föreningar, fredag och lördag till kl. 01.",
         _SAFETY, date(2022, 5, 31), date(2023, 2, 21), "started", Doses(4, "värdkvällar", 28, 2)),
    Deed("klotter-24", _GRAFFITI, "Sanering inom ett dygn",
         "Gemensam beställning, fotografering och sanering inom 24 timmar.",
         "förvaltare, Västerås stad", date(2021, 12, 7), date(2023, 1, 31), "reported done", Doses(9, "saneringar",
         7, 3),
         followed_up=date(2023, 2, 14), measured=("gideonsberg-skallberget", "klotter"), works_from=date(2022, 3, 7)),
    Deed("oppen-vagg", _GRAFFITI, "Öppen vägg för gatukonst", "En vägg upplåts i tunneln.",
         "kulturstrateg, Västerås stad", date(2021, 12, 14), date(2022, 6, 14), "not started", Doses(1, "väggar", 30),
         why="Ingen lämplig vägg med ägarens medgivande. Frågan lämnas till kulturplanen."),
    Deed("skola-gideonsberg", _GRAFFITI, "Skolans temavecka", "Temavecka om den egna miljön och målning av tunneln.",
         _SCHOOL, date(2022, 1, 18), date(2022, 5, 10), "verified done", Doses(2, "klasser", 8, 4)),
    Deed("cykelrum-lasning", _VIKSANG, "Dörrstängare och nya lås",
         "Sex cykelrum får dörrstängare, ljus och fönster i dörren.",
         _HOUSING, date(2021, 11, 2), date(2021, 11, 12), "verified done", Doses(3, "cykelrum", 14, 1),
         followed_up=date(2022, 9, 13), measured=("viksang", "cykelstold"), works_from=date(2021, 11, 15)),
    Deed("cykelrensning-viksang", _VIKSANG, "Rensa övergivna cyklar",
         "Märkning och bortforsling, så att rummen går att överblicka.",
         _HOUSING, date(2021, 11, 9), date(2022, 3, 22), "reported done", Doses(15, "cyklar", 4, 6)),
    Deed("larmrutin-bibliotek", _LIBRARY, "Larmrutin och övning", "Ny rutin, bärbart larm och övning varje termin.",
         "enhetschef bibliotek, Västerås stad", date(2022, 3, 8), date(2022, 10, 25), "verified done", Doses(1,
         "övningar", 10, 12),
         followed_up=date(2022, 12, 13)),
    Deed("moblering-bibliotek", _LIBRARY, "Möblera om entrén", "Informationsdisken flyttas så att entrén syns.",
         "enhetschef bibliotek, Västerås stad", date(2022, 3, 15), date(2022, 9, 13), "reported done", Doses(1,
         "bibliotek", 24, 10)),
    Deed("stangning-bibliotek", _LIBRARY, "Väktare vid stängning", "Väktare sista timmen, tre kvällar i veckan.",
         _SAFETY, date(2022, 3, 15), date(2022, 8, 23), "cancelled", Doses(3, "pass", 3, 1),
         why="Två anställda vid stängning visade sig räcka; pengarna flyttas till centrum.", followed_up=date(2022,
         10, 4)),
    Deed("ljus-bollplan", _BJURHOVDA, "Ljus på bollplanen till kl. 22", "Tidsstyrt ljus och städning före kvällen.",
         _STREET, date(2022, 7, 5), date(2022, 11, 8), "verified done", Doses(1, "etapper", 12, 5)),
    Deed("faltgrupp-bjurhovda", _BJURHOVDA, "Fältgruppen vid planen", "Två kvällar i veckan till årets slut, sedan en.",
         _FIELD, date(2022, 7, 6), date(2023, 2, 21), "started", Doses(2, "kvällar", 12, 1)),
    Deed("bokning-bollplan", _BJURHOVDA, "Bokningar på kvällstid", "Föreningar får planen utan avgift efter kl. 19.",
         "fritidschef, Västerås stad", date(2022, 8, 30), date(2023, 2, 7), "committed", Doses(4, "bokningar", 2)),
)  # fmt: skip
