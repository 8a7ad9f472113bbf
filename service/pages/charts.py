"""A series as a chart for a reader: what stands in it, its addresses, its picture and its table as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from adapters.chart_contents import Chart, Fan, Stretch, Words
from adapters.chart_contents import Flagged as FlaggedPoint
from adapters.chart_frame import position
from adapters.chart_layers import SHAPES
from adapters.charts import NARROW, WIDE, specification, svg
from service.pages.translations import translate
from service.views.series import Flagged, Series
from service.views.series_marks import Mark
from service.wording import Language, short

LETTERS = {"action": ("Å", "A"), "promise": ("L", "P"), "break": ("M", "M")}
SHOWN = {("week", "wide"): 104, ("week", "narrow"): 53, ("month", "wide"): 60, ("month", "narrow"): 36}
Size = Literal["wide", "narrow"]
Cell = str | float | int | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BEGINS_FORMULA = re.compile(r'(?<=[;,])(?=[=+@"-])')  # in a note, a separator begins a cell


def label_of(mark: Mark, language: Language) -> str:
    """What a mark is called in a chart: Å1 for the first action."""
    return f"{LETTERS[mark.kind][language == 'en']}{mark.number}"


def picture(series: Series, language: Language, size: Size, *, notes: bool = False) -> str:
    """The chart as SVG. notes: with lines below that say what its marks stand for, for use by itself."""
    spec = specification(chart_of(series, language, notes=notes), NARROW if size == "narrow" else WIDE)
    return svg(spec, language)


def chart_of(series: Series, language: Language, *, notes: bool = False) -> Chart:
    """What the chart shows."""
    points, periods = series.points, tuple(point.period for point in series.points)
    place = {p: i for i, p in enumerate(periods)}
    observed = tuple(point.observed for point in points)
    return Chart(
        periods=periods,
        observed=observed,
        judged=tuple(point.judged for point in points),
        expected=tuple(point.expected for point in points),
        lower=tuple(point.lower for point in points),
        upper=tuple(point.upper for point in points),
        flags=tuple(_flagged(flag, place[flag.period], observed[place[flag.period]]) for flag in series.flags),
        stretches=tuple(_stretch(mark, periods, language) for mark in series.marks) if periods else (),
        ahead_periods=tuple(step.period for step in series.ahead),
        ahead=tuple(Fan(s.median, s.low80, s.high80, s.low95, s.high95) for s in series.ahead),
        words=words(series, language, notes=notes),
        language=language,
    )


def _flagged(flag: Flagged, at: int, now: float | None) -> FlaggedPoint:
    shape = flag.flag if flag.flag in SHAPES else "rise"
    return FlaggedPoint(at, flag.observed if now is None else now, shape, flag.response == "dismiss")


def _stretch(mark: Mark, periods: Sequence[str], language: Language) -> Stretch:
    end = None if mark.last is None else position(periods, mark.last)
    return Stretch(mark.kind, label_of(mark, language), position(periods, mark.first), end)


def words(series: Series, language: Language, *, notes: bool = False) -> Words:
    """The chart's texts."""
    what = series.scope
    kind, place = (
        (what.kind_name.en, what.place_name.en) if language == "en" else (what.kind_name.sv, what.place_name.sv)
    )
    made_up = f" – {translate('syntetiska uppgifter', language)}" if series.synthetic else ""
    weekly = series.frequency == "week"
    legend = {
        "observed": translate("Antal", language),
        "judged": translate("Känt vid bedömningen", language),
        "expected": translate("Väntat", language),
        "band": translate("Väntat spann", language),
        "forecast": translate("Prognos, 80 och 95 %", language),
        "rise": translate("Signal: ökning", language),
        "fall": translate("Signal: minskning", language),
        "lasting-rise": translate("Signal: varaktig ökning", language),
        "lasting-fall": translate("Signal: varaktig minskning", language),
    }
    unit = translate("Händelser per vecka" if weekly else "Händelser per månad", language)
    return Words(
        title=f"{short(kind, 60)}, {short(place, 60)}",
        subtitle=f"{short(series.source_name, 80)}{made_up}",
        unit=unit,
        legend=legend,
        notes=tuple(note_of(mark, language) for mark in series.marks) if notes else (),
    )


def note_of(mark: Mark, language: Language) -> str:
    """What a mark stands for, on one line."""
    going_on = translate("pågår", language)
    until = "" if mark.kind == "break" else f" – {going_on if mark.last is None else mark.last}"
    return f"{label_of(mark, language)}: {short(mark.title, 80)} ({mark.first}{until})"


def rows(series: Series, language: Language) -> Iterable[Sequence[Cell]]:
    """A head, then for each period: period, observed, judged, expected, lower, upper, flag."""
    yield [
        translate(head, language)
        for head in ("period", "antal", "känt vid bedömningen", "väntat", "lägst", "högst", "signal")
    ]
    flags = {flag.period: flag.flag for flag in series.flags}
    for point in series.points:
        yield [
            point.period,
            point.observed,
            point.judged,
            point.expected,
            point.lower,
            point.upper,
            flags.get(point.period),
        ]


def as_csv(table: Iterable[Sequence[Cell]], language: Language, notes: Sequence[str] = ()) -> bytes:
    """UTF-8 with a byte order mark, as Excel in that language wants it; notes are lines that begin with #."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";" if language == "sv" else ",", lineterminator="\r\n")
    for note in notes:
        made.write(f"# {_BEGINS_FORMULA.sub(' ', short(note, 300))}\r\n")
    for row in table:
        writer.writerow([cell_of(each, language) for each in row])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def cell_of(value: Cell, language: Language) -> str:
    """A number with the language's decimal mark; a text that could be taken for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "sv" else text


def notes_of(series: Series, language: Language) -> list[str]:
    """The comment lines of a CSV file: synthetic where it is, then what the figures are."""
    first = translate("Syntetiska uppgifter: påhittade för demonstration.", language)
    texts = words(series, language)
    return [*([first] if series.synthetic else []), f"{texts.title}. {texts.unit}. {texts.subtitle}"]


def name_of(series: Series) -> str:
    """A file's name without its ending, of safe letters only."""
    what = series.scope
    parts = [series.source, what.place or "alla-omraden", what.kind or "alla-kategorier", series.frequency]
    folded = "-".join(parts).lower().translate(str.maketrans("åäöé", "aaoe"))
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in folded)[:120]
