"""What is said of a goal about crime: the verdict's reason, its uncertainty, and number and harm side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from adapters.documents.content import Column, Table
from domain.agreement import Goal
from domain.catalogue import Source
from domain.weights import Weights
from service.book import made_up
from service.book.change import Change, between, percent
from service.book.figures import Cells, Days, YearFigures, total
from service.book.goal_answer import Answer, pandemic
from service.book.verdict import Verdict
from service.book.weighing import frozen, harm_by_category
from service.book.year import Year
from service.wording import grouped, listed, short


@dataclass(frozen=True, slots=True)
class Measured:
    """The year's figure of a goal's categories beside the same days before the agreement.

    usual: how much each of the years before differed from the one before it, as shares. yearly: whether the number can
    be held against the goal's own values; against_baseline: whether the change is from its baseline. parting: breaks of
    method between the two sides.
    """

    figures: YearFigures
    categories: tuple[str, ...]
    source: Source
    before_days: tuple[Days, ...]
    before: Cells
    changed: Change | None
    usual: tuple[float, ...]
    yearly: bool
    against_baseline: bool
    parting: tuple[tuple[date, str], ...]

    @property
    def now(self) -> float:
        """Events in the year's known days."""
        return total(self.figures.now, self.wanted)

    def wanted(self, cell: tuple[str, str]) -> bool:
        """Whether a district × category belongs to the goal."""
        return cell[1] in self.categories

    @property
    def as_usual(self) -> bool:
        """Whether the change is no greater than what years differed by before the agreement."""
        share = self.changed.share if self.changed else None
        return share is not None and abs(share) <= max(map(abs, self.usual), default=0.0)


def answered(year: Year, goal: Goal, found: Measured, judged: Verdict) -> Answer:
    """The verdict with all that stands beside it."""
    return Answer(
        judged,
        _why(year, goal, found, judged),
        tuple(_how_sure(year, found)),
        tuple(_cautions(year, goal, found)),
        tuple(_facts(year, found)),
        (_harm(year, found),),
        found.source.synthetic,
    )


def _why(year: Year, goal: Goal, found: Measured, judged: Verdict) -> str:
    of = found.changed
    if found.parting:
        named = listed((f"{on} ({short(why, 80)})" for on, why in found.parting), year.say("och", "and"), 4, 120)
        return year.say(
            f"Mellan åren ligger metodbrott, {named}, och nivåerna före och efter kan inte jämföras.",
            f"Between the years lie breaks of method, {named}, and the levels before and after cannot be compared.",
        )
    held = _held(year, goal, found) if goal.target is not None else ""
    if of is None or of.share is None:
        nothing = year.say("Det finns inget att jämföra årets tal med.", "There is nothing to compare it with.")
        return held or nothing
    return " ".join(text for text in (held, _than(year, found, of), _doubt(year, goal, found, of, judged)) if text)


def _held(year: Year, goal: Goal, found: Measured) -> str:
    """The year's number against the target."""
    if not found.yearly:
        return year.say(
            f"Registret räknar händelser under {found.figures.days[0]} till {found.figures.days[1]}; de kan inte "
            f"ställas mot ett målvärde i {goal.unit}.",
            f"The register counts events from {found.figures.days[0]} to {found.figures.days[1]}; they cannot be held "
            f"against a target in {goal.unit}.",
        )
    number, target = grouped(found.now, year.language), grouped(goal.target or 0.0, year.language)
    return year.say(
        f"Årets tal är {number}, målvärdet {target}.", f"The year's figure is {number}, the target {target}."
    )


def _than(year: Year, found: Measured, of: Change) -> str:
    if of.share is None or of.low is None or of.high is None:
        return ""
    word = year.say("färre", "fewer") if of.share < 0 else year.say("fler", "more")
    share, span = percent(of.share, year.language).lstrip("+−±"), between(of.low, of.high, year.language)
    than = (
        year.say("än utgångsvärdet", "than the baseline")
        if found.against_baseline
        else year.say("än före överenskommelsen", "than before the agreement")
    )
    return year.say(
        f"{share} {word} {than} (95\N{NO-BREAK SPACE}% intervall {span}).",
        f"{share} {word} {than} (95% interval {span}).",
    )


def _doubt(year: Year, goal: Goal, found: Measured, of: Change, judged: Verdict) -> str:
    """Why no more can be said; that the pandemic may be the reason of what can."""
    if judged == "unsaid" and of.sure == "no":
        return year.say(
            "Intervallet rymmer både en minskning och en ökning.", "The interval holds both a fall and a rise."
        )
    if judged == "unsaid" and found.as_usual:
        return year.say(
            "Så mycket skilde sig åren före överenskommelsen också från varandra.",
            "The years before the agreement differed as much from each other.",
        )
    level = year.say(
        "Överenskommelsen anger ingen nivå att nå, så det går att säga åt vilket håll det gått men inte om målet är "
        "nått.",
        "The agreement gives no level to reach, so it can be said which way it went but not whether the goal is "
        "reached.",
    )
    other = year.say("Pandemin kan vara skälet.", "The pandemic may be the reason.")
    return " ".join(([level] if goal.target is None else []) + ([other] if _one_sided(year, found) else []))


def _one_sided(year: Year, found: Measured) -> bool:
    """Whether the pandemic touched the comparison at all."""
    return bool(found.before_days) and pandemic(year, found.figures.days, _span(found)) is not None


def _span(found: Measured) -> Days:
    return found.before_days[0][0], found.before_days[-1][1]


def _how_sure(year: Year, found: Measured) -> list[str]:
    told = []
    if found.changed is not None and found.changed.share is not None:
        spread = grouped(found.changed.phi, year.language)
        told.append(
            year.say(
                "Intervallet är räknat som för slumpmässiga antal (Poisson), med den spridning som den senaste "
                f"bedömningen i registret före årets slut mätte ({spread} gånger slumpens). Det täcker inte att fler "
                "eller färre anmäler, eller att läget i hela landet ändras.",
                "The interval is that of random counts (Poisson), with the dispersion that the latest assessment "
                f"before the year's end found ({spread} times that of chance). It does not cover that more or fewer "
                "report, or that the whole country changes.",
            )
        )
    if found.usual:
        low, high = between(min(found.usual), max(found.usual), year.language), len(found.usual)
        told.append(
            year.say(
                f"Före överenskommelsen ändrades samma tal med {low} från ett år till nästa ({high} årsskiften). En "
                "mindre ändring än den största av dem räknas inte som en ändring.",
                f"Before the agreement the same figure changed by {low} from one year to the next ({high} such "
                "steps). A smaller change than the greatest of them is not taken as a change.",
            )
        )
    return told


def _cautions(year: Year, goal: Goal, found: Measured) -> Iterator[str]:
    if found.before_days:
        told = pandemic(year, found.figures.days, _span(found))
        yield from [told] if told else []
    first, last = found.figures.days
    if found.figures.missing:
        yield year.say(
            f"Källan täcker {first} till {last} av året; bara de dagarna är räknade.",
            f"The source covers {first} to {last} of the year; only those days are counted.",
        )
    number = len(found.categories)
    if found.categories == found.figures.of.categories:
        yield year.say(
            f"Målet pekar inte ut någon brottstyp. Det läses som alla {number} kategorier i källan, där lindriga och "
            "grova brott räknas lika.",
            f"The goal names no kind of crime. It is read as all {number} categories of the source, where slight and "
            "grave crimes count alike.",
        )


def _facts(year: Year, found: Measured) -> list[tuple[str, str]]:
    return [(year.say("Källa", "Source"), found.source.name)]


def _harm(year: Year, found: Measured) -> Table:
    """Number and harm side by side; without weights the harm says so."""
    decided = frozen(year)
    weights = decided[1] if decided else None
    unit = f" ({weights.unit})" if weights else ""
    earlier, now = found.figures.earlier, found.figures.days
    spans = [
        (year.say("Före överenskommelsen", "Before the agreement") + _days(year, _span(found)), found.before)
        if found.before_days else ("", None),
        (year.say("Året före", "The year before") + _days(year, earlier), found.figures.before)
        if earlier else ("", None),
        (year.say("Året", "The year") + _days(year, now), found.figures.now),
    ]  # fmt: skip
    rows = tuple(
        (name, grouped(total(cells, found.wanted), year.language), *_weighed(year, cells, found, weights))
        for name, cells in spans
        if cells is not None
    )
    mark = made_up.mark(year, synthetic=found.source.synthetic)
    what = year.say("Antal och skada", "Number and harm") if weights else year.say("Antal", "Number")
    return Table(
        f"{what}, " + year.say(f"samma dagar varje år{mark}", f"the same days each year{mark}"),
        (
            Column(year.say("När", "When"), share=3.6),
            Column(year.say("Antal", "Number"), "right"),
            *((Column(year.say("Skada", "Harm") + unit, "right", 2.0),) if weights else ()),
        ),
        rows,
    )


def _days(year: Year, days: Days) -> str:
    return year.say(f": {days[0]} till {days[1]}", f": {days[0]} to {days[1]}")


def _weighed(year: Year, cells: Cells, found: Measured, weights: Weights | None) -> tuple[str, ...]:
    if weights is None:
        return ()
    return (grouped(sum(harm_by_category(cells, weights, found.categories).values()), year.language),)
