"""§ 4 of lag (2023:196): the picture of crime, which shall map, hold other information, and analyse."""

from __future__ import annotations

from collections.abc import Iterable

from domain.catalogue import Source
from domain.file_import import Coverage, FileImport
from domain.observation import Dialogue, Observation, SurveyResult, day_of
from domain.picture import Picture
from service.views.law_facts import Evidence, Facts, Section, evidence, findings_of, first_of, section, some
from service.wording import day as written

NO_PICTURE = (
    "Överenskommelsen har ingen gemensam lägesbild. Registrera parternas egna lägesbilder och fastställ den "
    "gemensamma, över API:et eller med samverkan do make-own-picture och define-joint-picture.",
    "The agreement has no joint picture. Record the parties' own pictures and define the joint one, over the API or by "
    "samverkan do make-own-picture and define-joint-picture.",
)


def mapping(facts: Facts) -> Section:
    """§ 4: which crime there is, where and how much: a joint picture that names places or kinds, resting on figures."""
    duty = (
        "Lägesbilden ska kartlägga brottsligheten, dess omfattning och konsekvenser.",
        "The picture shall map the crime, its extent and its consequences.",
    )
    joint = [_joined(p) for p in facts.pictures() if any(f.places or f.categories for f in findings_of(p))]
    figures = tuple(_files(facts, "main series"))
    if not facts.pictures():
        return section(4, duty, "not met", figures, NO_PICTURE, "mapping")
    if not joint:
        lacking = (
            "Lägesbilden säger inte var eller vilka brott. Lägg till iakttagelser med område och kategori "
            "(samverkan do adjust-picture).",
            "The picture does not say where or which crimes. Add findings with district and category "
            "(samverkan do adjust-picture).",
        )
        return section(4, duty, "not met", figures, lacking, "mapping")
    if not figures:
        lacking = (
            "Det finns inga siffror över brottsligheten att kartlägga efter. Läs in polisens utdrag under Import.",
            "There are no figures of crime to map by. Take in the police extract under Import.",
        )
        return section(4, duty, "not met", joint, lacking, "mapping")
    return section(4, duty, "met", [*joint, *figures], part="mapping")


def _joined(picture: Picture) -> Evidence:
    assert picture.joint_on is not None
    n = len(picture.joint or {})
    return evidence(
        "picture", str(picture.year), picture.joint_on,
        f"Gemensam lägesbild för {picture.year} med {n} {'iakttagelse' if n == 1 else 'iakttagelser'}",
        f"Joint picture of {picture.year} with {n} {'finding' if n == 1 else 'findings'}",
    )  # fmt: skip


def _files(facts: Facts, *uses: str) -> Iterable[Evidence]:
    """The latest file of each source of some uses that reaches into the agreement's time."""
    latest: dict[str, Coverage] = {}
    for taken in facts.register.every(FileImport):
        source, span = facts.register.find(Source, taken.source), taken.coverage
        if source is None or source.use not in uses or taken.withdrawn or span is None:
            continue
        if facts.agreement.first_day <= span.last and span.first <= facts.day:
            there = latest.get(taken.source)
            latest[taken.source] = span if there is None or there.last <= span.last else there
    for key, span in latest.items():
        source = facts.register.states[Source.KIND][key]
        made_up = (" (syntetiska siffror)", " (synthetic figures)") if source.synthetic else ("", "")
        yield evidence(
            "source", key, min(span.last, facts.day),
            f"{source.name}: till och med {written(span.last, 'sv').removeprefix('den ')}{made_up[0]}",
            f"{source.name}: up to {written(span.last, 'en')}{made_up[1]}",
        )  # fmt: skip


def other_information(facts: Facts) -> Section:
    """§ 4: what else matters: dialogues and surveys, and what the picture's findings rest on besides figures."""
    duty = (
        "Lägesbilden ska innehålla annan information av betydelse.",
        "The picture shall contain other information that matters.",
    )
    found = [*_dialogues(facts), *_files(facts, "survey", "evidence", "context")]
    for picture in facts.pictures():
        resting = [f for f in findings_of(picture) if any(e.kind in ("observation", "document") for e in f.evidence)]
        if resting and picture.updated_on is not None:
            found.append(
                evidence(
                    "picture", str(picture.year), picture.updated_on,
                    f"Lägesbilden för {picture.year} vilar på annat underlag i {len(resting)} iakttagelser",
                    f"The picture of {picture.year} rests on other evidence in {len(resting)} findings",
                )
            )  # fmt: skip
    if not facts.pictures():
        return section(4, duty, "not met", found, NO_PICTURE, "other information")
    if found:
        return section(4, duty, "met", found, part="other information")
    lacking = (
        "Inget annat än siffror är registrerat. Registrera medarbetar- och medborgardialoger (samverkan do observe), "
        "läs in enkätresultat under Import, eller ange underlag för iakttagelserna i lägesbilden.",
        "Nothing but figures is recorded. Record staff and citizen dialogues (samverkan do observe), take in survey "
        "results under Import, or give evidence for the picture's findings.",
    )
    return section(4, duty, "not met", (), lacking, "other information")


def _dialogues(facts: Facts) -> Iterable[Evidence]:
    """Dialogues and surveys that stand, counted by source; what is left of the register's own reports is everyday."""
    words = {"staff dialogue": ("Medarbetardialog", "Staff dialogue"),
             "citizen dialogue": ("Medborgardialog", "Citizen dialogue")}  # fmt: skip
    for seen in facts.register.every(Observation):
        content, on = seen.content, day_of(seen.content)
        if seen.withdrawn or not facts.holds(on):
            continue
        if isinstance(content, Dialogue):
            sv, en = words[content.kind]
            yield evidence("reports", seen.source, on, f"{sv}, {content.organisation}", f"{en}, {content.organisation}")
        elif isinstance(content, SurveyResult):
            yield evidence(
                "reports", seen.source, on, f"Enkätresultat: {content.indicator} ({content.wave})",
                f"Survey result: {content.indicator} ({content.wave})",
            )  # fmt: skip


def analysis(facts: Facts) -> Section:
    """§ 4: an analysis of both: causes analysed, or at least problems valued on criteria."""
    duty = (
        "Lägesbilden ska innehålla en analys av kartläggningen och den andra informationen.",
        "The picture shall contain an analysis of the mapping and the other information.",
    )
    problems = facts.problems()
    found = [
        evidence(
            "problem", key, one.causes_on, f"Orsaksanalys av ”{one.title}”", f"Cause analysis of “{one.title}”"
        )
        for key, one in problems.items()
        if one.causes_on is not None and one.causes_on <= facts.day
    ]  # fmt: skip
    if not facts.pictures():
        return section(4, duty, "not met", found, NO_PICTURE, "analysis")
    bare = [one.title for one in problems.values() if one.standing == "prioritised" and not one.causes]
    if not found or bare:
        n = len(bare)
        lacking = (
            f"{some(n, 'prioriterad problembild', 'prioriterade problembilder')} saknar orsaksanalys"
            f"{first_of(bare, 'sv')}. Gör den på problembildens sida.",
            f"{some(n, 'prioritised problem', 'prioritised problems')} {'lacks' if n == 1 else 'lack'} a cause analysis"
            f"{first_of(bare, 'en')}. Make it on the problem's page.",
        ) if bare else (
            "Ingen orsaksanalys är gjord. Gör den på sidan för en prioriterad problembild.",
            "No cause analysis has been made. Make it on the page of a prioritised problem.",
        )  # fmt: skip
        return section(4, duty, "not met", found, lacking, "analysis")
    return section(4, duty, "met", found, part="analysis")
