"""What was known when the year ended, and what had changed when the book was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adapters.documents.content import Block, Bullets, Facts, Paragraph, Section
from adapters.event_store import Bare
from domain.core import Recorded
from domain.file_import import FileImport, FileWithdrawn
from domain.observation import Corrected, Observation, Withdrawn
from service.book.known_days import KINDS, business_day
from service.book.known_figures import late_figures
from service.book.known_signals import changed_signals
from service.book.year import Year
from service.naming import Names
from service.story import sentence
from service.wording import Language, day, listed, some

MOST = 12
_ROUTINE = ("observation", "import", "source", "assessment", "signal", "forecast", "backtest", "effect")


def known(year: Year) -> Section:
    """Figures, signals, withdrawals and events of the year that came or changed after it."""
    title = year.say(
        "Vad som var känt då, och vad som ändrats sedan", "What was known then, and what has changed since"
    )
    since = _since(year)
    if not since:
        return Section("known", title, (Paragraph(_unchanged(year), strong=True),))
    figures, figures_in_short = late_figures(year)
    signals, signals_in_short = changed_signals(year)
    recorded = _recorded(year, since)
    lead = (
        Paragraph(" ".join((figures_in_short, signals_in_short)), strong=True),
        Facts(_moments(year)),
    )
    parts = (
        Section("known-figures", year.say("Siffror", "Figures"), tuple(figures)),
        Section("known-signals", year.say("Signaler", "Signals"), tuple(signals)),
        Section(
            "known-withdrawn",
            year.say("Rättat och tillbakadraget", "Corrected and withdrawn"),
            tuple(_withdrawn(year, since)),
        ),
        Section("known-recorded", year.say("Registrerat i efterhand", "Recorded afterwards"), tuple(recorded)),
    )
    return Section("known", title, lead, parts)


def _unchanged(year: Year) -> str:
    if year.opened_on <= year.last:
        return year.say(
            f"Boken visar registret {year.opened_on}, innan årets sista dag {year.last}. Inget har kommit till "
            "efteråt.",
            f"The book shows the register on {year.opened_on}, before the year's last day {year.last}. Nothing has "
            "come since.",
        )
    return year.say(
        f"Inget har registrerats mellan årets sista dag {year.last} och {year.opened_on}: det som står i boken var "
        "känt då.",
        f"Nothing was recorded between the year's last day {year.last} and {year.opened_on}: what the book says was "
        "known then.",
    )


def _since(year: Year) -> list[Recorded]:
    """What was recorded after the year's end and up to the opening; without the rows of files."""
    return [each for each in year.live.history(after=year.then, stop=year.at) if not isinstance(each, Bare)]


def _moments(year: Year) -> tuple[tuple[str, str], ...]:
    events = some(year.at - year.then, *year.say("händelse|händelser", "event|events").split("|"))
    return (
        (
            year.say("Då", "Then"),
            year.say(f"{day(year.last, 'sv')}, händelse {year.then}", f"{day(year.last, 'en')}, event {year.then}"),
        ),
        (
            year.say("Nu", "Now"),
            year.say(
                f"{day(year.opened_on, 'sv')}, händelse {year.at}", f"{day(year.opened_on, 'en')}, event {year.at}"
            ),
        ),
        (year.say("Registrerat däremellan", "Recorded in between"), events),
    )


# What was corrected and withdrawn


def _withdrawn(year: Year, since: Sequence[Recorded]) -> list[Block]:
    """Files and observations of the year that were known at its end and do not stand as they did."""
    touched = [
        each
        for each in since
        if isinstance(each.event, FileWithdrawn | Corrected | Withdrawn) and _was_of_the_year(year, each)
    ]
    if not touched:
        return [
            Paragraph(
                year.say(
                    "Ingen fil och ingen observation som var känd vid årets slut har rättats eller dragits tillbaka.",
                    "No file and no observation that was known at the year's end has been corrected or withdrawn.",
                )
            )
        ]
    return [Bullets(_sentences(year, touched))]


def _was_of_the_year(year: Year, recorded: Recorded) -> bool:
    key = recorded.stream.partition("-")[2]
    if isinstance(recorded.event, FileWithdrawn):
        taken = year.before.find(FileImport, key)
        covers = taken.coverage if taken else None
        return taken is not None and (covers is None or (covers.first <= year.last and year.first <= covers.last))
    seen = year.before.find(Observation, key)
    return seen is not None and year.holds(business_day(year.before, recorded))


def _sentences(year: Year, found: Sequence[Recorded]) -> tuple[str, ...]:
    names = Names(year.register)
    told = [f"{each.recorded_at:%Y-%m-%d}: {sentence(each, year.language, names)}" for each in found[:MOST]]
    if len(found) > MOST:
        left = len(found) - MOST
        told.append(year.say(f"och {left} till, som står i historiken.", f"and {left} more, which the history holds."))
    return tuple(told)


# What the year got in the history afterwards


def _recorded(year: Year, since: Sequence[Recorded]) -> list[Block]:
    """Events whose business date lies in the year, by kind; those that people decide are told one by one."""
    late = [each for each in since if year.holds(business_day(year.register, each))]
    if not late:
        return [
            Paragraph(
                year.say(
                    "Inget beslut och ingen annan händelse med datum i året har registrerats efter årets slut.",
                    "No decision and no other event with a date in the year was recorded after the year's end.",
                )
            )
        ]
    kinds = Counter(each.stream.partition("-")[0] for each in late)
    told = listed((_counted(kind, n, year.language) for kind, n in kinds.most_common()), year.say("och", "and"), 20, 60)
    blocks: list[Block] = [
        Paragraph(
            year.say(
                f"Med datum i året men registrerat efter dess slut: {told}.",
                f"With a date in the year but recorded after its end: {told}.",
            )
        )
    ]
    people = [each for each in late if each.stream.partition("-")[0] not in _ROUTINE]
    if people:
        blocks.append(Bullets(_sentences(year, people)))
    return blocks


def _counted(kind: str, number: int, language: Language) -> str:
    one_sv, more_sv, one_en, more_en = KINDS.get(kind, (kind, kind, kind, kind))
    return some(number, one_en, more_en) if language == "en" else some(number, one_sv, more_sv)
