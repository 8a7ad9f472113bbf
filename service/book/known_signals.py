"""The year's signals whose figures have changed since they were assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.documents.content import Block, Column, Note, Paragraph, Table
from domain.period import frequency, last_day
from domain.signal import Signal
from service.book import made_up
from service.book.figures import counted_as_known
from service.book.known_figures import difference
from service.book.year import Year
from service.naming import Names
from service.wording import grouped, short_week

MOST = 40


@dataclass(frozen=True, slots=True)
class _Changed:
    """A signal with the number that is known now."""

    signal: Signal
    now: float

    @property
    def crossed(self) -> bool:
        """Whether the number known now lies within the bound that one period's signal was held against."""
        one = self.signal
        if one.flag.startswith("lasting"):
            return False
        if one.flag.endswith("fall"):
            return one.lower is not None and self.now >= one.lower
        return self.now <= one.bound


def changed_signals(year: Year) -> tuple[list[Block], str]:
    """The table, and in a sentence how many have changed."""
    signals = [one for one in year.register.every(Signal) if year.holds(last_day(one.period))]
    if not signals:
        text = year.say("Inga signaler restes i året.", "No signals were raised in the year.")
        return [Paragraph(text)], text
    changed = [each for each in _looked_up(year, signals) if each.now != each.signal.observed]
    text = _in_short(year, len(signals), changed)
    if not changed:
        return [Paragraph(text)], text
    blocks: list[Block] = [_table(year, changed)]
    if any(each.signal.flag.startswith("lasting") for each in changed):
        blocks.append(
            Note(
                year.say(
                    "En varaktig signal vilar på flera perioder i rad och har ingen gräns för en enda.",
                    "A lasting signal rests on several periods in a row and has no limit for a single one.",
                )
            )
        )
    if any(each.crossed for each in changed):
        blocks.append(
            Note(
                year.say(
                    "En signal vars siffra nu ligger innanför gränsen var riktig på det som var känt när den restes. "
                    "Den står kvar i historiken med sin bedömning.",
                    "A signal whose figure now lies within the limit was right on what was known when it was raised. "
                    "It stays in the history with its verdict.",
                )
            )
        )
    return blocks, text


def _looked_up(year: Year, signals: Sequence[Signal]) -> Iterator[_Changed]:
    """Each signal with its number as known when the book was opened; those that are no longer known are left out."""
    found: dict[tuple[str, str], Mapping[tuple[str, str], float]] = {}
    for one in signals:
        series = one.source, one.category
        if series not in found:
            found[series] = _numbers(year, *series, [s for s in signals if (s.source, s.category) == series])
        now = found[series].get((one.district, one.period))
        if now is not None:
            yield _Changed(one, now)


def _numbers(year: Year, source: str, category: str, signals: Sequence[Signal]) -> Mapping[tuple[str, str], float]:
    """Events by (district, period), in the districts and periods of some signals of a source and category."""
    of = counted_as_known(year, source)
    if of is None:
        return {}
    periods, districts = sorted({one.period for one in signals}), sorted({one.district for one in signals})
    rows = year.tables.sums(
        source,
        frequency(periods[0]),
        by="district",
        districts=districts,
        categories=(category,),
        first=periods[0],
        last=periods[-1],
        at=year.at,
        incidents=of.incidents,
    )
    known = {(row[0], row[1]): float(row[2]) for row in rows}
    none = {(d, p): 0.0 for d in districts for p in periods} if of.incidents else {}  # no event leaves no row
    return {**none, **known}


def _in_short(year: Year, number: int, changed: list[_Changed]) -> str:
    if not changed:
        return year.say(
            f"Ingen av årets {number} signaler har fått andra siffror sedan de bedömdes.",
            f"None of the year's {number} signals has got other figures since they were assessed.",
        )
    return year.say(
        f"{len(changed)} av årets {number} signaler har fått andra siffror sedan de bedömdes.",
        f"{len(changed)} of the year's {number} signals have got other figures since they were assessed.",
    )


def _table(year: Year, changed: list[_Changed]) -> Table:
    say, names = year.say, Names(year.register)
    columns = (
        Column(say("Signal", "Signal"), share=2.5),
        Column(say("Period", "Period")),
        Column(say("Då", "Then"), "right"),
        Column(say("Nu", "Now"), "right"),
        Column(say("Skillnad", "Difference"), "right"),
        Column(say("Gräns", "Limit"), "right"),
        Column(say("Mot gränsen", "Against it"), share=1.4),
    )
    rows = tuple(_row(year, names, each) for each in changed[:MOST])
    mark = made_up.mark(year, synthetic=any(each.signal.synthetic for each in changed))
    more = say(f", de första {MOST}", f", the first {MOST}") if len(changed) > MOST else ""
    return Table(
        say(f"Signaler vars siffror har ändrats{more}{mark}", f"Signals whose figures have changed{more}{mark}"),
        columns,
        rows,
    )


def _row(year: Year, names: Names, each: _Changed) -> tuple[str, ...]:
    one = each.signal
    series = names.series(one.district, one.category, one.source)
    text = year.say(series.sv, series.en)
    lasting = one.flag.startswith("lasting")
    limit = None if lasting else one.lower if one.flag.endswith("fall") else one.bound
    stands = (
        year.say("varaktig", "lasting")
        if lasting
        else (year.say("innanför", "within it") if each.crossed else year.say("utanför", "beyond it"))
    )
    then, now = grouped(one.observed, year.language), grouped(each.now, year.language)
    told = "–" if limit is None else grouped(limit, year.language)
    return (
        text[:1].upper() + text[1:],
        short_week(one.period, year.language),
        then,
        now,
        difference(year, each.now - one.observed),
        told,
        stands,
    )
