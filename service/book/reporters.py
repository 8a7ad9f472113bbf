"""Who reported in the year, and who fell silent and since when. Fewer reports is not less crime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.documents.content import Block, Column, Note, Paragraph, Section, Table
from domain.period import first_day, last_day
from service.book.work_words import counted, made_up
from service.book.year import Year
from service.meeting_words import how_often
from service.views.silent_reporters import SilentReporter, silent_reporters
from service.wording import day, short_week, some


def reporters(year: Year, weeks: Sequence[str]) -> Section:
    """The reporters of the weeks of the year, as known at the opening."""
    title = year.say("Rapportörer", "Reporters")
    if not weeks:
        none = year.say("Ingen hel vecka av året hade gått när boken öppnades.",
                        "No whole week of the year had gone when the book was opened.")  # fmt: skip
        return Section("reporters", title, (Paragraph(none),))
    heard = _heard(year, weeks)
    silent = _silent(year, weeks)
    blocks: list[Block] = [Paragraph(_summary(year, heard, silent, weeks[-1]))]
    if silent:
        blocks.append(_table(year, silent, _heard_since(year, weeks[-1])))
    text = year.say(
        "Färre rapporter är inte färre brott: den som tystnar kan ha slutat rapportera.",
        "Fewer reports is not less crime: who falls silent may have stopped reporting.",
    )
    return Section("reporters", title, (*blocks, Note(text, "caution")))


def _heard(year: Year, weeks: Sequence[str]) -> Mapping[str, int]:
    """The number of reports by reporter."""
    found: dict[str, int] = {}
    for reporter, _, number in year.tables.report_weeks(first_day(weeks[0]), last_day(weeks[-1]), at=year.at):
        found[str(reporter)] = found.get(str(reporter), 0) + int(number)
    return found


def _silent(year: Year, weeks: Sequence[str]) -> list[SilentReporter]:
    """Who had fallen silent by the middle of the year and stayed so, or by its end: each looks back half a year."""
    ask, end = (year.tables, year.register, year.at), weeks[-1]
    found = {one.reporter: one for one in silent_reporters(*ask, weeks[len(weeks) // 2], heard_by=last_day(end))}
    found |= {one.reporter: one for one in silent_reporters(*ask, end)}
    own = [one for one in found.values() if one.last_week >= weeks[0]]
    return sorted(own, key=lambda one: (one.last_week, one.reporter))


def _heard_since(year: Year, end: str) -> set[str]:
    """Who has reported after the year, up to the opening."""
    if year.opened_on <= last_day(end):
        return set()
    later = year.tables.report_weeks(last_day(end), year.opened_on, at=year.at)
    return {str(reporter) for reporter, week, _ in later if week > end}


def _summary(year: Year, heard: Mapping[str, int], silent: Sequence[SilentReporter], end: str) -> str:
    if not heard:
        return year.say(f"Ingen rapport gäller {year.year}.", f"No report is about {year.year}.")
    total = sum(heard.values())
    reports = some(total, "rapport", "rapporter") if year.language == "sv" else f"{total:,} report{'s' * (total != 1)}"
    gave = counted(year, len(heard), ("rapportör lämnade", "reporter gave"), ("rapportörer lämnade", "reporters gave"))
    fell = counted(year, len(silent), ("hade tystnat", "had fallen silent"), ("hade tystnat", "had fallen silent"))
    if not silent:
        fell = year.say("ingen hade tystnat", "none had fallen silent")
    week = short_week(end, year.language)
    return year.say(f"{gave} {reports} som gäller året; {fell} till och med {week}.",
                    f"{gave} {reports} about the year; {fell} by {week}.")  # fmt: skip


def _table(year: Year, silent: Sequence[SilentReporter], since: set[str]) -> Table:
    say = year.say
    columns = (
        Column(say("Rapportör", "Reporter"), share=2.0), Column(say("Brukade lämna", "Used to give"), share=2.2),
        Column(say("Senast hörd", "Last heard"), share=1.1),
        Column(say("Efter årets slut", "After the year"), share=1.6),
    )  # fmt: skip
    rows = tuple(
        (
            one.reporter,
            how_often(one.usual_per_week, year.language),
            short_week(one.last_week, year.language),
            say("Har rapporterat igen", "Has reported again") if one.reporter in since else say("Tyst", "Silent"),
        )
        for one in silent
    )
    known, mark = day(year.opened_on, year.language), made_up(year)
    caption = say(f"Rapportörer som tystnade {year.year}, som känt {known}{mark}",
                  f"Reporters who fell silent in {year.year}, as known on {known}{mark}")  # fmt: skip
    return Table(caption, columns, rows)
