"""The situational pictures of 2020, 2021 and 2022: each party's own, the joint one, and its adjustments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.core import Actor
from domain.picture import AdjustPicture, DefineJointPicture, Finding, MakeOwnPicture, PartyKind, Recurrence
from domain.problem import Evidence, Place
from service.demonstration.catalogue import AGREEMENT, COORDINATOR, DIVISION, OFFICER, STEERING, example
from service.demonstration.days import COUNCIL, Step, at, meeting_from, workday
from service.demonstration.problem_stories import STORIES
from service.demonstration.problems import Running, decided_on, running
from service.demonstration.voices import first_dialogue

YEARS = (2020, 2021, 2022)

Line = tuple[str, str, tuple[str, ...], tuple[str, ...]]
_CITY_LINES: dict[int, tuple[Line, ...]] = {
    2020: (
        ("morka-strak", "Släckta och skymda stråk är den vanligaste felanmälan om trygghet.", ("raby", "hammarby"),
         ("otrygg-plats",)),
        ("skolmiljoer", "Skadegörelsen på skolor ligger utanför skoltid.", ("raby", "hammarby", "backby"),
         ("skadegorelse",)),
        ("tatorter", "Få händelser men många synpunkter i de yttre tätorterna.", ("skultuna", "dingtuna-barkaro"),
         ("buskorning",)),
    ),
    2021: (
        ("pandemin", "Tomma miljöer under pandemin: mindre bråk och snatteri, mer klotter.", ("centrum",),
         ("klotter",)),
        ("unga-pa-kvallar", "Unga rör sig mer utomhus på kvällar när verksamhet är stängd.", ("centrum", "backby"),
         ("samling",)),
        ("skotsel", "Städning och lagning går fortare sedan jourlistan infördes.", ("raby",), ("nedskrapning",)),
    ),
    2022: (
        ("oppnandet", "Full verksamhet i centrum åter, med fler besökare än 2019 under helger.", ("centrum",),
         ("ordningsstorning",)),
        ("arbetsmiljo", "Hot mot anställda anmäls oftare än tidigare.", ("centrum", "backby"), ("hot-mot-anstalld",)),
        ("klotter-norr", "Klottret ökar långsamt i norra delen.", ("gideonsberg-skallberget",), ("klotter",)),
    ),
}  # fmt: skip
_POLICE_LINES: dict[int, tuple[Line, ...]] = {
    2020: (
        ("cykelstolder", "Cykelstölderna är flest i centrum och följer säsongen.", ("centrum",), ("cykelstold",)),
        ("narkotika", "Narkotikabrotten ökar i hela kommunen, mest där kontroller görs.", ("backby", "raby"),
         ("narkotika",)),
    ),
    2021: (
        ("ran", "Personrånen är samlade till centrum, fredag och lördag kväll.", ("centrum",), ("personran",)),
        ("inbrott", "Bostadsinbrotten minskar när fler är hemma.", ("onsta-gryta", "irsta-kungsara"),
         ("inbrott-bostad",)),
    ),
    2022: (
        ("vald-uteliv", "Misshandel utomhus är åter på nivån före pandemin.", ("centrum",), ("misshandel-utomhus",)),
        ("fordonsbrott", "Stöld ur fordon minskar totalt men kommer i korta serier.", ("vallby-nordanby",),
         ("stold-ur-fordon",)),
    ),
}  # fmt: skip
_WHEEL = (
    Recurrence(month=2, what="Sportlov: tomma skolgårdar, fler skador på rutor."),
    Recurrence(month=4, what="Valborg och vårens första varma helger."),
    Recurrence(month=5, what="Cykelstölderna ökar till september."),
    Recurrence(month=6, what="Skolavslutning, studentfirande och midsommar."),
    Recurrence(month=10, what="Mörkret kommer: belysning och bostadsinbrott."),
    Recurrence(month=12, what="Nyår: fyrverkerier och bränder i containrar."),
)
_SEASONS = (
    (3, "varen", "Vårens cykelsäsong börjar; stölderna väntas öka fram till juli.", ("cykelstold",)),
    (5, "lov-och-student", "Skolavslutningar: kända arrangemang som förklarar toppar i juni.", ("ordningsstorning",)),
    (9, "morkret", "Mörkare kvällar: fler rapporter om släckt belysning väntas.", ("otrygg-plats",)),
    (11, "vintern", "Bostadsinbrotten ökar mot jul; grannsamverkan påminns.", ("inbrott-bostad",)),
)
_POLICY = Finding(
    key="policy-2020",
    words="Policyn antogs den 1 oktober 2020.",
    evidence=(Evidence(kind="document", ref="policy-2020-10-01"),),
)


def steps() -> Iterator[Step]:
    """All commands about pictures."""
    for year in YEARS:
        yield from _own(year)
        yield _joint(year)
        yield from _seasons(year)
    yield from _following_the_problems()
    yield from _council()
    day = date(2020, 10, 1)
    policy = AdjustPicture(agreement=AGREEMENT, year=2020, on=day, reason="Policyn antogs i dag.", findings=(_POLICY,))
    yield Step(at(day, 16), COORDINATOR, policy)


def joint_on(year: int) -> date:
    """The meeting that defines the year's joint picture."""
    return meeting_from(date(year, 1, 17))


def _finding(line: Line, year: int) -> Finding:
    key, words, districts, categories = line
    return Finding(
        key=f"{key}-{year}",
        words=example(words),
        places=_places(districts),
        categories=categories,
        evidence=(
            Evidence(kind="document", ref=f"statistik-{year - 1}"),
            Evidence(kind="observation", ref=first_dialogue(year)),
        ),
    )


def _places(districts: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(Place(division=DIVISION, district=key) for key in districts)


def _own(year: int) -> Iterator[Step]:
    parties: tuple[tuple[PartyKind, Actor, tuple[Line, ...], str], ...] = (
        ("municipality", COORDINATOR, _CITY_LINES[year], "En samordnare, fältgrupp och trygghetsvärdar."),
        ("police", OFFICER, _POLICE_LINES[year],
         "En kommunpolis och områdespoliser, två pass i veckan till gemensamt arbete."),
    )  # fmt: skip
    for n, (party, by, lines, resources) in enumerate(parties):
        day = workday(date(year - 1, 12, 9) + timedelta(days=2 * n))
        made = MakeOwnPicture(
            agreement=AGREEMENT,
            year=year,
            on=day,
            party=party,
            findings=tuple(_finding(line, year) for line in lines),
            resources=example(resources),
            yearly_wheel=_WHEEL if party == "municipality" else (),
        )
        yield Step(at(day, 14, 30), by, made)


def _joint(year: int) -> Step:
    day = joint_on(year)
    lines = (*_CITY_LINES[year], *_POLICE_LINES[year])
    findings = (*(_finding(line, year) for line in lines), *map(_about, running(day)))
    joint = DefineJointPicture(agreement=AGREEMENT, year=year, on=day, findings=findings)
    return Step(at(day, 13, 30), STEERING, joint)


def _about(problem: Running) -> Finding:
    return Finding(
        key=f"problembild-{problem.key}",
        words=example(f"Prioriterad problembild: {problem.title}."),
        places=_places(problem.districts),
        categories=problem.categories,
        evidence=(Evidence(kind="document", ref=f"underlag-{problem.key}"),),
    )


def _seasons(year: int) -> Iterator[Step]:
    previous: tuple[str, ...] = ()
    for month, key, words, categories in _SEASONS:
        day = meeting_from(date(year, month, 8))
        finding = Finding(
            key=f"{key}-{year}",
            words=example(words),
            categories=categories,
            evidence=(Evidence(kind="document", ref=f"arshjul-{year}"),),
        )
        reason = example("Årshjulet: justering för den kommande säsongen.")
        yield _adjustment(day, 15, reason, (finding,), previous)
        previous = (finding.key,)


def _following_the_problems() -> Iterator[Step]:
    """What is prioritised comes into the picture, what is closed leaves it."""
    for story in STORIES:
        begun = decided_on(story)
        if story.rank is None or begun is None:
            continue
        if begun.year in YEARS and begun > joint_on(begun.year):
            about = next(p for p in running(begun + timedelta(days=1)) if p.key == story.key)
            reason = example("Problembilden prioriterades på mötet.")
            yield _adjustment(begun, 45, reason, (_about(about),), ())
        if story.closed:
            ended = meeting_from(story.closed[0])
            yield _adjustment(ended, 50, example(story.closed[1]), (), (f"problembild-{story.key}",))


def _council() -> Iterator[Step]:
    """Trygghetsrådet takes part in the picture; it has no meeting of its own in the record."""
    for day in COUNCIL:
        first = day == COUNCIL[0]
        met = "Trygghetsrådet möttes för första gången." if first else example("Trygghetsrådet möttes.")
        seen = example("rådet tog del av lägesbilden och ställde sig bakom ordningen mellan problembilderna.")
        finding = Finding(
            key="trygghetsradet",
            words=f"Trygghetsrådet {day}: {seen}",
            evidence=(Evidence(kind="document", ref=f"trygghetsradet-{day}"),),
        )
        yield _adjustment(day, 15, met, (finding,), ())


def _adjustment(day: date, minute: int, reason: str, findings: tuple[Finding, ...], dropped: tuple[str, ...]) -> Step:
    adjust = AdjustPicture(
        agreement=AGREEMENT, year=day.year, on=day, reason=reason, findings=findings, dropped=dropped
    )
    return Step(at(day, 14 if minute > 40 else 13, minute), COORDINATOR, adjust)
