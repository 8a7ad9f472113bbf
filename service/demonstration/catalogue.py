"""Who acts, and the districts, categories and sources of the demonstration."""

from __future__ import annotations

from datetime import date

from domain.action import Owner
from domain.catalogue import (
    Category,
    DeclareBreak,
    District,
    MapDivision,
    PublishCategories,
    PublishDivision,
    RegisterSource,
    ReviseDivision,
    Share,
)
from domain.core import Actor, Command

AGREEMENT = "vasteras-2019"
DIVISION = "omraden-2019"
HOUSING_DIVISION = "mimer"
INCIDENTS = "polisens-utdrag"
EST = "est-rapporter"
HOUSING_EST = "est-mimer"
DIALOGUES = "dialoger"
SURVEY = "trygghetsundersokning"
NTU = "ntu"

CITY = "Västerås stad"
POLICE = "Lokalpolisområde Västerås"
HOUSING = "Mimer"

COORDINATOR = Actor(account="samordnare", role="samordnare", organisation=CITY)
OFFICER = Actor(account="kommunpolis", role="kommunpolis", organisation=POLICE)
ANALYST = Actor(account="analytiker", role="analytiker", organisation=POLICE)
CONTROLLER = Actor(account="controller", role="controller", organisation=CITY)
CHAIR = Actor(account="ks-ordforande", role="KS-ordförande", organisation=CITY)
CHIEF = Actor(account="lpo-chef", role="LPO-chef", organisation=POLICE)
STEERING = Actor(account="styrgrupp", role="styrgrupp", organisation=CITY)


def example(text: str) -> str:
    """The text, marked as invented."""
    return f"Syntetiskt exempel: {text}"


def role(name: str) -> Owner:
    """The organisation's role, written `role, organisation`."""
    own, _, organisation = name.partition(", ")
    return Owner(role=own, organisation=organisation or CITY)


# key: name, invented population, share of order problems relative to population, other spellings
_DISTRICTS: dict[str, tuple[str, int, float, tuple[str, ...]]] = {
    "centrum": ("Centrum", 9800, 3.4, ("City", "Västerås centrum")),
    "kristiansborg-blasbo": ("Kristiansborg-Blåsbo", 7400, 1.1, ()),
    "raby": ("Råby", 7600, 1.7, ()),
    "hammarby": ("Hammarby", 6300, 1.5, ()),
    "backby": ("Bäckby", 7900, 1.8, ()),
    "skalby": ("Skälby", 7200, 0.8, ()),
    "vetterstorp-stohagen": ("Vetterstorp-Stohagen", 8100, 1.2, ("Vetterstorp", "Stohagen")),
    "vallby-nordanby": ("Vallby-Nordanby", 9400, 1.4, ("Vallby",)),
    "pettersberg-jakobsberg": ("Pettersberg-Jakobsberg", 7700, 1.1, ("Pettersberg",)),
    "gideonsberg-skallberget": ("Gideonsberg-Skallberget", 7100, 1.2, ("Gideonsberg", "Skallberget")),
    "haga-malmaberg": ("Haga-Malmaberg", 8600, 1.1, ("Malmaberg",)),
    "viksang": ("Viksäng", 6900, 1.0, ()),
    "skiljebo-hemdal-brandthovda": ("Skiljebo-Hemdal-Brandthovda", 11200, 1.0, ("Skiljebo", "Brandthovda")),
    "oster-malarstrand-hamre-talltorp": (
        "Öster Mälarstrand-Hamre-Talltorp",
        9100,
        0.8,
        ("Öster Mälarstrand", "Hamre-Talltorp"),
    ),
    "eriksborg-hagaberg": ("Eriksborg-Hagaberg", 4300, 0.8, ()),
    "bjurhovda": ("Bjurhovda", 5200, 1.1, ()),
    "ronnby": ("Rönnby", 4800, 0.8, ()),
    "onsta-gryta": ("Önsta-Gryta", 8300, 0.9, ("Önsta", "Gryta")),
    "tillberga-hokasen": ("Tillberga-Hökåsen", 5900, 0.8, ("Hökåsen", "Tillberga")),
    "irsta-kungsara": ("Irsta-Kungsåra", 4600, 0.6, ("Irsta",)),
    "skultuna": ("Skultuna", 4400, 0.7, ()),
    "dingtuna-barkaro": ("Dingtuna-Barkarö", 3700, 0.5, ("Dingtuna", "Barkarö")),
}
DISTRICTS = tuple(_DISTRICTS)
DISTRICT_NAMES = tuple(name for name, *_ in _DISTRICTS.values())
POPULATION = tuple(population for _, population, *_ in _DISTRICTS.values())
BURDEN = tuple(burden for _, _, burden, _ in _DISTRICTS.values())

# key: name, group, other spellings; these twelve have incident series
_CRIMES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "skadegorelse": ("Skadegörelse", "skadegörelse", ("Sabotage mot egendom",)),
    "klotter": ("Klotter", "skadegörelse", ("Skadegörelse genom klotter",)),
    "inbrott-bostad": ("Inbrott i bostad", "tillgrepp", ("Bostadsinbrott",)),
    "cykelstold": ("Cykelstöld", "tillgrepp", ("Stöld av cykel",)),
    "personran": ("Personrån", "våld och hot", ("Rån mot person",)),
    "misshandel-utomhus": ("Misshandel utomhus", "våld och hot", ("Misshandel, utomhus",)),
    "narkotika": ("Narkotika", "ordning", ("Narkotikabrott",)),
    "hot": ("Hot", "våld och hot", ("Olaga hot",)),
    "stold-ur-fordon": ("Stöld ur fordon", "tillgrepp", ("Stöld ur och från fordon",)),
    "snatteri": ("Snatteri", "tillgrepp", ("Ringa stöld i butik",)),
    "anlagd-brand": ("Anlagd brand", "skadegörelse", ("Bilbrand eller anlagd brand", "Bilbrand")),
    "ordningsstorning": ("Ordningsstörning", "ordning", ("Ordningsstörningar",)),
}
CATEGORIES = tuple(_CRIMES)
CATEGORY_NAMES = tuple(name for name, *_ in _CRIMES.values())
# what only reporters speak of
_REPORTED: dict[str, str] = {
    "nedskrapning": "Nedskräpning",
    "otrygg-plats": "Otrygg, mörk eller ödslig plats",
    "samling": "Otrygghetsskapande samling",
    "buskorning": "Buskörning",
    "vald": "Våld",
    "inbrott": "Inbrott",
    "hot-mot-anstalld": "Hot mot anställd",
    "ryktesspridning": "Ryktesspridning",
    "arrangemang": "Arrangemang",
}

# the housing company's districts: name, and where its residents live
_HOUSING: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    "mimer-vaster": ("Mimer väster", (("backby", 0.65), ("skalby", 0.35))),
    "mimer-raby-hammarby": ("Mimer Råby-Hammarby", (("raby", 0.6), ("hammarby", 0.4))),
    "mimer-city": ("Mimer city", (("centrum", 0.7), ("kristiansborg-blasbo", 0.3))),
    "mimer-norr": ("Mimer norr", (("gideonsberg-skallberget", 0.5), ("vallby-nordanby", 0.5))),
    "mimer-oster": ("Mimer öster", (("viksang", 0.3), ("haga-malmaberg", 0.4), ("bjurhovda", 0.3))),
    "mimer-stohagen": (
        "Mimer Stohagen-Pettersberg",
        (("vetterstorp-stohagen", 0.75), ("pettersberg-jakobsberg", 0.25)),
    ),
}


def opening() -> list[Command]:
    """The commands that give an empty register its catalogues and sources."""
    on = date(2019, 11, 6)
    return [*_divisions(on), _categories(on), *_sources()]


def district_of(housing: str) -> str:
    """The district in which most of a housing district lies."""
    return max(_HOUSING[housing][1], key=lambda share: share[1])[0]


def housing_districts() -> tuple[str, ...]:
    """The keys of the housing company's districts."""
    return tuple(_HOUSING)


def later_spellings() -> Command:
    """A new edition of the division: spellings that files turned out to use."""
    key = "ronnby"
    name, population, _, _ = _DISTRICTS[key]
    return ReviseDivision(
        division=DIVISION,
        on=date(2021, 2, 1),
        reason=example("Rapportörerna skriver Rönnby på två sätt; den andra stavningen läggs till."),
        districts=(District(key=key, name=name, aliases=("Rönnby-Ekeby",), population=population),),
    )


def later_category() -> Command:
    """A new edition of the categories: a name made clearer after the first months."""
    return PublishCategories(
        on=date(2020, 2, 3),
        reason=example("Namnet sa inte att det gäller platsen och situationen, aldrig vilka som är där."),
        categories=(Category(key="samling", name="Otrygghetsskapande samling av personer", group="est"),),
    )


def distance_teaching() -> Command:
    """A break in the reports, of which only the cause is real. The crime extract gets none: it would be assessed anew."""
    return DeclareBreak(
        source=EST,
        on=date(2020, 3, 18),
        reason=example("distansundervisning under pandemin, och skolorna rapporterar inte. Färre rapporter är inte färre "
                       "händelser."),
    )  # fmt: skip


def _divisions(on: date) -> list[Command]:
    areas = tuple(
        District(key=key, name=name, aliases=aliases, area="Västerås", population=population)
        for key, (name, population, _, aliases) in _DISTRICTS.items()
    )
    housing = tuple(District(key=key, name=name) for key, (name, _) in _HOUSING.items())
    shares = tuple(
        Share(origin=key, destination=to, share=share) for key, (_, parts) in _HOUSING.items() for to, share in parts
    )
    return [
        PublishDivision(
            division=DIVISION, name="Områden 2019 (22, syntetisk folkmängd)", on=on, districts=areas, synthetic=True
        ),
        PublishDivision(
            division=HOUSING_DIVISION, name="Mimers distrikt (syntetiska)", on=on, districts=housing, synthetic=True
        ),
        MapDivision(
            division=HOUSING_DIVISION,
            on=on,
            to=DIVISION,
            shares=shares,
            method=example("andelar av lägenheterna i varje område, påhittade för demonstrationen."),
        ),
    ]


def _categories(on: date) -> Command:
    crimes = (Category(key=k, name=name, aliases=also, group=group) for k, (name, group, also) in _CRIMES.items())
    reported = (Category(key=key, name=name, group="est") for key, name in _REPORTED.items())
    return PublishCategories(
        on=on, reason="Första katalogen: tolv brottskategorier och EST-kategorierna.", categories=(*crimes, *reported)
    )


def _sources() -> list[Command]:
    return [
        RegisterSource(
            source=INCIDENTS,
            name="Anmälda brott, veckoutdrag (syntetiskt)",
            owner=POLICE,
            use="main series",
            division=DIVISION,
            note="Påhittade händelser per område och dag. Ungefär var åttonde kommer efter veckans utdrag.",
            synthetic=True,
        ),
        RegisterSource(
            source=EST,
            name="EST-rapporter (syntetiska)",
            owner=CITY,
            use="context",
            division=DIVISION,
            note="Påhittade rapporter. Antalet beror på vilka som rapporterar: färre rapporter är inte mindre brott.",
            synthetic=True,
        ),
        RegisterSource(
            source=HOUSING_EST,
            name="EST-rapporter från Mimer (syntetiska)",
            owner=HOUSING,
            use="context",
            division=HOUSING_DIVISION,
            note="Påhittade rapporter i bostadsbolagets egen indelning, som har en nyckel till områdena.",
            synthetic=True,
        ),
        RegisterSource(
            source=DIALOGUES,
            name="Medarbetar- och medborgardialoger (syntetiska)",
            owner=CITY,
            use="evidence",
            division=DIVISION,
            note="Påhittade sammanfattningar. Underlag i ord, inga antal.",
            synthetic=True,
        ),
        RegisterSource(
            source=SURVEY,
            name="Kommunens trygghetsundersökning 2022 (syntetiska tal)",
            owner=CITY,
            use="survey",
            division=DIVISION,
            note="Undersökningen gjordes i oktober 2022; talen här är påhittade.",
            synthetic=True,
        ),
    ]
