"""Which periods of the year were assessed for trends and which were not, and how many false alarms were expected."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.documents.content import Block, Column, Note, Paragraph, Section, Table
from domain.catalogue import Source
from domain.period import Frequency, containing, frequency, last_day, span
from domain.signal import Assessment, latest_run
from service.book.signal_year import of_year
from service.book.weeks import stretches
from service.book.work_words import counted, made_up, named
from service.book.year import Year
from service.wording import figure, period


def assessed(year: Year) -> Section:
    """By source and rhythm: assessed, not assessed, and what the assessments themselves expected to be false."""
    title = year.say("Vilka perioder som bedömdes", "Which periods were assessed")
    kinds = sorted({(one.source, frequency(one.period)) for one in year.register.every(Assessment)})
    blocks: list[Block] = []
    rows = [_row(year, source, rhythm) for source, rhythm in kinds]
    if not any(_runs(year, source, rhythm) for source, rhythm in kinds):
        none = year.say(f"Ingen period av {year.year} är bedömd.", f"No period of {year.year} has been assessed.")
        blocks.append(Paragraph(none))
    if rows:
        blocks.append(Table(_caption(year), _columns(year), tuple(rows)))
    blocks += [Paragraph(_false(year, source, rhythm)) for source, rhythm in kinds if _runs(year, source, rhythm)]
    text = year.say(
        "En period utan bedömning är inte en period utan brott: där har ingen sett efter om något avvek.",
        "A period without an assessment is not a period without crime: nobody looked there for anything unusual.",
    )
    return Section("signals-periods", title, (*blocks, Note(text, "caution")))


def _caption(year: Year) -> str:
    mark = made_up(year)
    return year.say(f"Bedömda perioder {year.year}{mark}", f"Assessed periods of {year.year}{mark}")


def _columns(year: Year) -> tuple[Column, ...]:
    say = year.say
    return (
        Column(say("Källa", "Source"), share=1.8), Column(say("Rytm", "Rhythm"), share=0.9),
        Column(say("Bedömda", "Assessed"), "right", share=0.8),
        Column(say("Inte bedömda", "Not assessed"), "right", share=0.9),
        Column(say("Vilka som inte bedömdes", "Which were not"), share=3.6),
    )  # fmt: skip


def _row(year: Year, source: str, rhythm: Frequency) -> tuple[str, ...]:
    done = {one.period for one in _runs(year, source, rhythm)}
    periods = _periods(year, rhythm)
    missing = [one for one in periods if one not in done]
    found = year.register.find(Source, source)
    return (
        found.name if found else source,
        year.say("Vecka", "Week") if rhythm == "week" else year.say("Månad", "Month"),
        str(len(done)),
        str(len(missing)),
        _which(year, rhythm, missing, periods),
    )


def _runs(year: Year, source: str, rhythm: Frequency) -> list[Assessment]:
    """The latest run of each period of the year."""
    every = year.register.every(Assessment)
    periods = {one.period for one in every if one.source == source and frequency(one.period) == rhythm}
    found = (latest_run(year.register, source, period) for period in sorted(periods) if of_year(year, period))
    return [run[1] for run in found if run is not None]


def _periods(year: Year, rhythm: Frequency) -> list[str]:
    """The periods of the year that were over when the book was opened."""
    first, last = containing(year.first, rhythm), containing(year.last, rhythm)
    return [one for one in span(first, last) if of_year(year, one) and last_day(one) <= year.opened_on]


def _which(year: Year, rhythm: Frequency, missing: Sequence[str], periods: Sequence[str]) -> str:
    if not missing:
        return "–"
    if rhythm == "month":
        return named(year, [period(one, year.language) for one in missing])
    weeks = named(year, stretches(missing, periods))
    return year.say(f"v. {weeks}", f"week {weeks}")


def _false(year: Year, source: str, rhythm: Frequency) -> str:
    runs = _runs(year, source, rhythm)
    cautions = [run.caution for run in runs if run.caution is not None]
    found = year.register.find(Source, source)
    name = found.name if found else source
    if not cautions:
        return year.say(f"{name}: bedömningarna säger inte hur många falska larm som var att vänta.",
                        f"{name}: the assessments do not say how many false alarms were to be expected.")  # fmt: skip
    number = figure(sum(one.expected_false + one.lasting_false for one in cautions), year.language)
    of = counted(year, len(cautions), ("bedömning", "assessment"), ("bedömningar", "assessments"))
    return year.say(
        f"{name}: enligt {of} själva var omkring {number} falska larm att vänta under året, om inget hade ändrats.",
        f"{name}: by the word of {of}, about {number} false alarms were to be expected, had nothing changed.",
    )
