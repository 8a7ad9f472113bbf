"""The reporters of the demonstration and what they write: concrete events at places, never about individuals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.core import Actor
from service.demonstration.catalogue import CITY, HOUSING, POLICE


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: how often a week, about what, where (none: everywhere), and the periods of silence."""

    name: str
    by: Actor
    weekly: float
    categories: tuple[str, ...]
    districts: tuple[str, ...] = ()
    silent: tuple[tuple[date, date], ...] = ()

    def is_silent(self, day: date) -> bool:
        """Whether nothing comes from this reporter that day."""
        return any(first <= day <= last for first, last in self.silent)


def _actor(account: str, organisation: str) -> Actor:
    return Actor(account=f"rapportor-{account}", role="rapportör", organisation=organisation)


_SCHOOL_CLOSED = tuple((date(year, 6, 14), date(year, 8, 16)) for year in (2020, 2021, 2022))
_WEST = ("raby", "hammarby", "backby", "skalby", "vallby-nordanby", "bjurhovda", "gideonsberg-skallberget", "centrum")

REPORTERS = (
    Reporter("Fältgruppen", _actor("falt", CITY), 0.8, ("samling", "narkotika", "ryktesspridning", "buskorning"),
             _WEST),
    Reporter("Ordningsvakter centrum", _actor("ordningsvakt", CITY), 0.8,
             ("vald", "samling", "narkotika", "ordningsstorning"), ("centrum",)),
    Reporter("Parkskötseln", _actor("park", CITY), 0.8, ("nedskrapning", "otrygg-plats", "skadegorelse", "narkotika"),
             silent=((date(2021, 1, 11), date(2021, 2, 28)), (date(2023, 2, 6), date(2023, 3, 5)))),
    Reporter("Skolornas trygghetssamordning", _actor("skola", CITY), 0.6,
             ("skadegorelse", "klotter", "buskorning", "ryktesspridning"),
             silent=((date(2020, 3, 18), date(2020, 5, 10)), *_SCHOOL_CLOSED)),
    Reporter("Biblioteken", _actor("bibliotek", CITY), 0.25, ("hot-mot-anstalld", "samling"), ("centrum", "backby",
             "raby")),
    Reporter("Kollektivtrafiken", _actor("buss", "Kollektivtrafiken"), 0.35, ("skadegorelse", "vald", "hot"),
             silent=((date(2022, 4, 4), date(2022, 6, 19)),)),
    Reporter("Räddningstjänsten", _actor("raddning", "Räddningstjänsten"), 0.15, ("anlagd-brand",)),
    Reporter("Kommunpolis", _actor("polis", POLICE), 0.3, ("narkotika", "buskorning", "cykelstold", "stold-ur-fordon")),
    Reporter("Evenemangsenheten", _actor("evenemang", CITY), 0.15, ("arrangemang",), ("centrum",)),
    Reporter("Bovärdar Mimer", _actor("mimer", HOUSING), 0.6, ("nedskrapning", "klotter", "inbrott", "skadegorelse"),
             silent=((date(2020, 8, 31), date(2020, 10, 18)),)),
)  # fmt: skip

CENTRAL_PLACES = ("Stora torget", "Resecentrum", "Vasaparken", "Svartåpromenaden", "Gallerian vid torget")
PLACES = (
    "Gångtunneln vid skolan",
    "Centrumtorget",
    "Busshållplatsen vid centrum",
    "Bollplanen",
    "Lekparken",
    "Skolgården",
    "Parkeringen vid vårdcentralen",
    "Garagelängan",
    "Återvinningsstationen",
    "Gångvägen mot idrottsplatsen",
)

# where else than anywhere such things happen
FITTING: dict[str, tuple[str, ...]] = {
    "klotter": ("Gångtunneln vid skolan", "Garagelängan", "Skolgården", "Centrumtorget"),
    "nedskrapning": ("Återvinningsstationen", "Lekparken", "Bollplanen", "Garagelängan"),
    "buskorning": ("Gångvägen mot idrottsplatsen", "Parkeringen vid vårdcentralen", "Gångtunneln vid skolan"),
    "samling": ("Centrumtorget", "Bollplanen", "Skolgården", "Parkeringen vid vårdcentralen"),
    "narkotika": ("Gångtunneln vid skolan", "Centrumtorget", "Lekparken", "Bollplanen"),
    "vald": ("Centrumtorget", "Busshållplatsen vid centrum"),
    "hot": ("Busshållplatsen vid centrum",),
    "inbrott": ("Garagelängan", "Hyreshuset vid centrum"),
    "anlagd-brand": ("Återvinningsstationen", "Garagelängan", "Skolgården"),
    "cykelstold": ("Cykelställen vid centrum", "Cykelrummet i hyreshuset"),
    "stold-ur-fordon": ("Garagelängan", "Parkeringen vid vårdcentralen", "Pendlarparkeringen"),
    "ryktesspridning": ("Skolgården",),
}

# kind of report and texts; {n} is a number from 2 to 9
WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "skadegorelse": ("incident", (
        "Krossad ruta, glas på gångbanan. Avspärrat och felanmält.",
        "{n} belysningsstolpar nedbrutna under natten.",
        "Uppbruten dörr och sönderslagen låda för sandningssand.",
        "Papperskorg uppsprängd, delar inom tio meter.",
    )),
    "klotter": ("incident", (
        "Nytt klotter, ungefär {n} kvadratmeter på gaveln.",
        "Klotter på {n} skyltar, samma märke som förra veckan.",
        "Klotter i hela gångtunneln. Beställt för sanering.",
    )),
    "nedskrapning": ("order disturbance", (
        "{n} säckar och en soffa dumpade. Hämtas under veckan.",
        "Krossade flaskor på gräsytan där barn leker.",
        "Full container, skräp blåser ut över gångvägen.",
    )),
    "otrygg-plats": ("unsafe place", (
        "{n} lampor i rad är släckta, ingen sikt efter kl. 17.",
        "Buskar skymmer sikten vid mynningen. Förslag: beskär till knähöjd.",
        "Ödslig väg efter att butiken stängt, inga fönster vetter hit.",
    )),
    "samling": ("order disturbance", (
        "Omkring {n}0 samlade efter kl. 21, hög musik och tomglas.",
        "Samling i entrén, besökare vände. Upplöstes kl. 20.",
        "Bilar med hög musik {n} kvällar i rad, efter kl. 22.",
    )),
    "buskorning": ("order disturbance", (
        "{n} mopeder på gångvägen kl. 18 till 20, gående fick väja.",
        "Bilar kör varv runt parkeringen sent fredag kväll.",
        "Elsparkcyklar i hög fart genom tunneln vid skolans slut.",
    )),
    "vald": ("incident", (
        "Bråk utanför snabbmatsstället, avbröts efter {n} minuter.",
        "Knuffar och slag vid hållplatsen, polis på plats.",
        "Bråk i kön till uteserveringen vid stängning.",
    )),
    "inbrott": ("incident", (
        "{n} källarförråd uppbrutna, hänglås avklippta.",
        "Dörren till föreningslokalen uppbruten. Anmält.",
        "Försök till inbrott i tvättstugan, skador på karmen.",
    )),
    "narkotika": ("incident", (
        "{n} små påsar och förpackningar hittade och omhändertagna.",
        "Överlämningar sedda från fönstret {n} gånger under en eftermiddag.",
        "Kanyler vid lekplatsen, städat samma dag.",
    )),
    "hot-mot-anstalld": ("incident", (
        "Hot mot personal vid stängning. Anmält och rapporterat som tillbud.",
        "Personal fick stänga {n} minuter tidigare efter hotfull situation.",
    )),
    "hot": ("incident", (
        "Hotfull situation ombord, linjen stod stilla {n} minuter.",
        "Hot mot förare vid ändhållplatsen. Anmält.",
    )),
    "ryktesspridning": ("order disturbance", (
        "Rykte i sociala medier om bråk vid skolan. Inget har hänt enligt skolan.",
        "Film sprids om en händelse på annan ort som om den skett här.",
    )),
    "ordningsstorning": ("order disturbance", (
        "Höga ljud och glaskross efter stängning, {n} tillsägelser.",
        "Fyrverkerier avfyrade mot fasad, {n} gånger före kl. 23.",
    )),
    "anlagd-brand": ("incident", (
        "Brand i container, släckt på {n} minuter. Ingen spridning.",
        "Brand i papperskorg intill fasad, sot på {n} fönster.",
    )),
    "cykelstold": ("incident", ("{n} avklippta cykellås kvar vid ställen.", "{n} cyklar borta ur låst rum.")),
    "stold-ur-fordon": ("incident", ("{n} bilar med krossad sidoruta.", "Katalysatorer borta från {n} bilar.")),
    "arrangemang": ("planned event", (
        "Marknad på torget, väntas ge omkring {n}00 besökare.",
        "Konsert utomhus till kl. 23, omkring {n}00 besökare.",
        "Lopp genom centrum, gator avstängda {n} timmar.",
    )),
}  # fmt: skip
