"""§§ 5 to 13 of lag (2023:196): plan, follow-up, written agreement, council, residents, municipal council."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

from domain.action import Plan
from domain.meeting import Meeting
from domain.problem import Problem
from domain.promise import Promise
from domain.review import Review
from service.views.agreement_view import LAW_FROM
from service.views.law_facts import Evidence, Facts, Section, evidence, findings_of, first_of, section, some
from service.views.law_picture import NO_PICTURE
from service.wording import day as written

COUNCIL = "trygghetsråd"


# §§ 5 and 6: the plan, and keeping both alive


def plan(facts: Facts) -> Section:
    """§ 5: a plan of actions that rests on the picture: it shares a place or a kind of crime with a joint finding."""
    duty = (
        "Kommunen ska utifrån lägesbilden besluta en åtgärdsplan.",
        "The municipality shall decide on an action plan, based on the picture.",
    )
    problems, rests = facts.problems(), _rests_on_picture(facts)
    plans: Mapping[str, Plan] = facts.register.states[Plan.KIND]
    there = {key: one for key, one in plans.items() if key in problems and one.on <= facts.day}
    found = [
        evidence(
            "problem", key, one.on, f"Handlingsplan för ”{problems[key].title}”",
            f"Action plan for “{problems[key].title}”",
        )
        for key, one in there.items()
        if rests(problems[key])
    ]  # fmt: skip
    without = [one.title for key, one in problems.items() if one.standing == "prioritised" and key not in there]
    loose = [problems[key].title for key in there if not rests(problems[key])]
    if not there and not without:
        lacking: tuple[str, str] | None = (
            "Ingen handlingsplan är antagen. Prioritera en problembild och anta dess plan på problembildens sida.",
            "No action plan has been adopted. Prioritise a problem, and adopt its plan on the problem's page.",
        )
    elif without:
        n = len(without)
        lacking = (
            f"{some(n, 'prioriterad problembild', 'prioriterade problembilder')} saknar handlingsplan"
            f"{first_of(without, 'sv')}. Anta den på problembildens sida.",
            f"{some(n, 'prioritised problem', 'prioritised problems')} {'lacks' if n == 1 else 'lack'} an action plan"
            f"{first_of(without, 'en')}. Adopt it on the problem's page.",
        )
    elif loose and not facts.pictures():
        lacking = NO_PICTURE
    elif loose:
        n = len(loose)
        lacking = (
            f"{some(n, 'handlingsplan', 'handlingsplaner')} går inte att härleda till lägesbilden"
            f"{first_of(loose, 'sv')}: ingen iakttagelse nämner dess område eller kategori. Justera lägesbilden "
            "(samverkan do adjust-picture).",
            f"{some(n, 'action plan', 'action plans')} cannot be traced to the picture"
            f"{first_of(loose, 'en')}: no finding names its district or category. Adjust the picture "
            "(samverkan do adjust-picture).",
        )
    else:
        lacking = None
    return section(5, duty, "not met" if lacking else "met", found, lacking)


def _rests_on_picture(facts: Facts) -> Callable[[Problem], bool]:
    """Whether a problem shares a place or a category with a finding of any of the agreement's joint pictures."""
    findings = [finding for picture in facts.pictures() for finding in findings_of(picture)]
    places = {place for finding in findings for place in finding.places}
    categories = {category for finding in findings for category in finding.categories}
    return lambda problem: not places.isdisjoint(problem.places) or not categories.isdisjoint(problem.categories)


def every_second_year(facts: Facts) -> Section:
    """§ 6: within the last two years the picture was updated and the plan followed up. The first two years run from the
    day on which the law came into force, or on which the agreement began after that."""
    duty = (
        "Lägesbilden ska uppdateras och åtgärdsplanen följas upp minst vartannat år.",
        "The picture shall be updated and the action plan followed up at least every second year.",
    )
    since = _two_years(facts.last, -1)
    updated = [e for e in _updates(facts) if e.on > since]
    followed = [e for e in _follow_ups(facts) if e.on > since]
    due = _two_years(max(LAW_FROM, facts.agreement.first_day), 1)
    missing = [pair for found, pair in ((updated, _UPDATE), (followed, _FOLLOW_UP)) if not found]
    if not missing:
        return section(6, duty, "met", [*updated, *followed])
    in_time = facts.last < due
    sv, en = " och ".join(pair[0] for pair in missing), " and ".join(pair[1] for pair in missing)
    lacking = (
        f"Återstår till {written(due, 'sv').removeprefix('den ')}: {sv}.",
        f"Remains until {written(due, 'en')}: {en}.",
    ) if in_time else (
        f"På två år har detta inte gjorts: {sv}.", f"In two years this has not been done: {en}."
    )  # fmt: skip
    return section(6, duty, "not due" if in_time else "not met", [*updated, *followed], lacking)


_UPDATE = (
    "uppdatera lägesbilden (samverkan do define-joint-picture eller adjust-picture)",
    "update the picture (samverkan do define-joint-picture or adjust-picture)",
)
_FOLLOW_UP = (
    "följa upp planen (följ upp åtgärderna eller anta årsuppföljningen)",
    "follow up the plan (follow up its actions, or adopt the annual review)",
)


def _two_years(day: date, way: Literal[1, -1]) -> date:
    """The same day two years on or back; the last of February for a leap day."""
    year = day.year + 2 * way
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _updates(facts: Facts) -> Iterable[Evidence]:
    for picture in facts.pictures():
        if picture.updated_on is not None and picture.updated_on <= facts.day:
            yield evidence(
                "picture", str(picture.year), picture.updated_on, f"Lägesbilden för {picture.year} uppdaterad",
                f"The picture of {picture.year} updated",
            )  # fmt: skip


def _follow_ups(facts: Facts) -> Iterable[Evidence]:
    for key, action in facts.actions().items():
        if action.followed_up is not None and facts.holds(action.followed_up.on):
            yield evidence(
                "action", key, action.followed_up.on, f"Åtgärden ”{action.title}” uppföljd",
                f"The action “{action.title}” followed up",
            )  # fmt: skip
    yield from _reviews(facts)


def _reviews(facts: Facts) -> Iterable[Evidence]:
    for review in facts.register.every(Review):
        adopted = max((one.on for one in review.adopted), default=None)
        if review.agreement == facts.key and review.complete and adopted is not None and adopted <= facts.day:
            yield evidence(
                "review", str(review.year), adopted, f"Årsuppföljningen av {review.year} antagen av båda parter",
                f"The annual review of {review.year} adopted by both parties",
            )  # fmt: skip


# §§ 9 to 13: agreement, council, residents, assembly


def written_down(facts: Facts) -> Section:
    """§ 9: the agreement itself, signed by municipality and police."""
    duty = (
        "Överenskommelser om samverkan med polisen ska vara skriftliga.",
        "Agreements on collaboration with the police shall be in writing.",
    )
    parties = " och ".join(one.organisation for one in facts.agreement.parties)
    signed = evidence(
        "agreement", facts.key, facts.agreement.signed_on, f"Undertecknad av {parties}",
        f"Signed by {' and '.join(one.organisation for one in facts.agreement.parties)}",
    )  # fmt: skip
    return section(9, duty, "met", [signed])


def council(facts: Facts) -> Section:
    """§ 10: that a council is there is a decision outside the register; what meetings say of it is told."""
    duty = (
        "Det ska finnas ett råd med strategiskt ansvar för det brottsförebyggande arbetet.",
        "There shall be a council with strategic responsibility for crime prevention.",
    )
    meetings: Mapping[str, Meeting] = facts.register.states[Meeting.KIND]
    found = [
        evidence(
            "meeting", held.week, held.on, "Rådet nämns i ett veckomöte", "The council is named at a weekly meeting"
        )
        for held in meetings.values()
        if held.agreement == facts.key and held.on <= facts.day and _names_council(held)
    ]
    lacking = (
        "Registret kan inte visa att rådet finns eller vad det beslutar. Visa det med rådets direktiv och protokoll, "
        "som finns hos kommunen.",
        "The register cannot show that the council is there or what it decides. Show it by the council's terms and "
        "minutes, which the municipality keeps.",
    )
    return section(10, duty, "not shown", found, lacking)


def _names_council(meeting: Meeting) -> bool:
    roles = [one.role for one in meeting.attendees] + [one.owner_role or "" for one in meeting.decisions]
    return any(COUNCIL in role.casefold() for role in roles)


def residents(facts: Facts) -> Section:
    """§ 12: citizen promises published, and reported back once their time is over."""
    duty = (
        "Kommunen ska informera invånarna om det brottsförebyggande arbetet.",
        "The municipality shall inform its residents of the crime prevention.",
    )
    there: Mapping[str, Promise] = facts.register.states[Promise.KIND]
    own = {k: one for k, one in there.items() if one.agreement == facts.key and one.published_on <= facts.day}
    found = [
        evidence("promise", key, one.published_on, f"Medborgarlöfte: ”{one.title}”", f"Citizen promise: “{one.title}”")
        for key, one in own.items()
    ]
    found += [
        evidence(
            "promise", key, one.reported.on, f"Återrapporterat: ”{one.title}”", f"Reported back: “{one.title}”"
        )
        for key, one in own.items()
        if one.reported is not None and one.reported.on <= facts.day
    ]  # fmt: skip
    silent = [one.title for one in own.values() if one.reported is None and one.last_day < facts.day]
    if not own:
        lacking: tuple[str, str] | None = (
            "Registret har inget medborgarlöfte. Publicera ett under Medborgarlöften, eller visa på annat sätt att "
            "invånarna har informerats.",
            "The register has no citizen promise. Publish one under Citizen promises, or show otherwise that the "
            "residents have been informed.",
        )
    elif silent:
        n = len(silent)
        lacking = (
            f"{some(n, 'löfte är inte återrapporterat', 'löften är inte återrapporterade')}{first_of(silent, 'sv')}. "
            "Återrapportera på löftets sida.",
            f"{some(n, 'promise has', 'promises have')} not been reported back{first_of(silent, 'en')}. Report back on "
            "the promise's page.",
        )
    else:
        lacking = None
    return section(12, duty, "not met" if lacking else "met", found, lacking)


def assembly(facts: Facts) -> Section:
    """§ 13: the report to the municipal assembly is made outside the register; an adopted review can be its base."""
    duty = (
        "Arbetet ska rapporteras till kommunfullmäktige.",
        "The work shall be reported to the municipal council.",
    )
    found = tuple(_reviews(facts))
    base = (
        ("Den antagna årsuppföljningen kan bifogas.", "The adopted annual review can be attached.")
        if found
        else ("Anta en årsuppföljning att bifoga.", "Adopt an annual review to attach.")
    )
    lacking = (
        f"Registret kan inte visa att rapporten har lämnats. Visa det med ärendet i kommunens diarium. {base[0]}",
        f"The register cannot show that the report was given. Show it by the case in the municipality's own records. "
        f"{base[1]}",
    )
    return section(13, duty, "not shown", found, lacking)
