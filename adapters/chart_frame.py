"""Where things stand in a chart, in pixels: title, legend, lanes of actions above the plot, ticks, notes below it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.period import first_day, last_day

FONT = "Noto Sans, Liberation Sans, Arial, sans-serif"
INK, GREY, RED, BLUE, PURPLE = "#17324d", "#8a94a0", "#b3261e", "#0f5fa8", "#7a4fa3"
PER_LETTER = 0.56  # of the font size: the width of a letter, generously
MOST_LANES = 5
LANE = 15
UNIT = -12.0
Stretch = tuple[str, float, float | None]


@dataclass(frozen=True, slots=True)
class Item:
    """A legend's symbol: its left edge and middle."""

    key: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A text: its left edge and middle."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A bar above the plot: from begin to end, its label at text."""

    label: str
    begin: float
    end: float
    text: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's size, the padding around it, and what stands in the padding; (0, 0) is the plot's upper left."""

    narrow: bool
    width: int
    height: int
    padding: dict[str, int]
    size: int
    lanes: tuple[Lane, ...]
    items: tuple[Item, ...]
    lines: tuple[Line, ...]

    def lane_of(self, label: str) -> float | None:
        """The height of a label's bar; None when it had no room."""
        return next((lane.y for lane in self.lanes if lane.label == label), None)

    @classmethod
    def around(
        cls, *, whole: int, title: str, subtitle: str, legend: Sequence[tuple[str, str]],
        stretches: Sequence[Stretch], count: int, notes: Sequence[str], top: float, unit: str,
    ) -> Frame:  # fmt: skip
        """The frame of a chart of `count` periods; it grows with the rows of its legend, its lanes and its notes.

        whole: the chart's width. top: the highest number on the axis; unit: what stands above the axis.
        """
        size, narrow = 12, whole < 500
        left, right = round(14 + wide(f"{top:,.0f}", size)), 16 if narrow else 20
        width, plot = whole - left - right, 170 if narrow else 220
        lanes = tuple(_lanes(stretches, count, width, size))
        top_of_lanes = min((lane.y for lane in lanes), default=UNIT) - 4
        rows = _rows(legend, whole - 16, size)
        legend_top = top_of_lanes - 12 - 18 * (len(rows) - 1) - 8
        items, lines = [], [Line(unit, 8 - left, UNIT, size, False)]
        for n, row in enumerate(rows):
            for key, text, x in row:
                y = legend_top + 18 * n
                items.append(Item(key, x - left + 8, y))
                lines.append(Line(text, x - left + 8 + 24, y, size, False))
        titles = [*((part, size + 2, True) for part in _wrapped(title, whole - 16, size + 2)),
                  *((part, size, False) for part in _wrapped(subtitle, whole - 16, size))]  # fmt: skip
        y = legend_top - 20 - 18 * len(titles)
        above = round(-y + 2)
        for part, big, bold in titles:
            y += 18
            lines.append(Line(part, 8 - left, y, big, bold))
        below = [part for note in notes for part in _wrapped(note, whole - 16, size)]
        for n, part in enumerate(below):
            lines.append(Line(part, 8 - left, plot + 48 + 17 * n, size, False))
        bottom = 38 + (17 * len(below) + 6 if below else 0)
        padding = {"left": left, "right": right, "top": above, "bottom": bottom}
        return cls(narrow, width, plot, padding, size, lanes, tuple(items), tuple(lines))


def wide(text: str, size: float) -> float:
    """About how wide a text is."""
    return len(text) * size * PER_LETTER


def _wrapped(text: str, most: float, size: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and wide(f"{lines[-1]} {word}", size) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [line for line in lines if line]


def _rows(legend: Sequence[tuple[str, str]], most: float, size: float) -> list[list[tuple[str, str, float]]]:
    rows: list[list[tuple[str, str, float]]] = [[]]
    x = 0.0
    for key, text in legend:
        needed = 24 + wide(text, size) + 12
        if rows[-1] and x + needed - 12 > most:
            rows.append([])
            x = 0.0
        rows[-1].append((key, text, x))
        x += needed
    return rows


def _lanes(stretches: Sequence[Stretch], count: int, width: int, size: int) -> Iterator[Lane]:
    """Each stretch in the lowest lane where bar and label are free; what finds none is left to the list below."""
    taken: list[float] = []
    for label, begin, end in sorted(stretches, key=lambda each: each[1]):
        x = max((begin + 0.5) * width / count, 0.0)
        x2 = min(((count if end is None else end) + 0.5) * width / count, float(width))
        x2 = max(x2, x + 4)
        text = x2 + 3 if x2 + 3 + wide(label, size) <= width else x - 3 - wide(label, size)
        free = next((n for n, until in enumerate(taken) if until <= min(x, text)), None)
        if free is None:
            if len(taken) == MOST_LANES:
                continue
            taken.append(0.0)
            free = len(taken) - 1
        taken[free] = max(x2, text + wide(label, size)) + 6
        yield Lane(label, x, x2, max(text, 0.0), UNIT - LANE * (free + 1))


# The time axis

_MONTHS = {
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def ticks(periods: Sequence[str], width: float) -> list[int]:
    """The positions that get a label: as many as fit, at the same weeks or months of each year."""
    if not periods:
        return []
    steps = (1, 2, 4, 13, 26, 52) if "W" in periods[0] else (1, 2, 3, 6, 12)
    room = max(int(width // 42), 2)
    for step in steps:
        at = [
            i
            for i, period in enumerate(periods)
            if (_part(period) - 1) % step == 0 and (step == 1 or _part(period) < 53)
        ]
        if len(at) <= room and (at or step == steps[-1]):
            break
    return at[:: -(-len(at) // room)] if at else [0]


def tick_labels(periods: Sequence[str], at: Sequence[int], language: str) -> list[list[str]]:
    """Week or month in the first line, and the year in the second where it begins."""
    labels, said = [], ""
    for i in at:
        year, part = periods[i][:4], _part(periods[i])
        weekly = "W" in periods[i]
        name = f"{'v.' if language == 'sv' else 'w'} {part}" if weekly else _MONTHS[language][part - 1]
        labels.append([name, year] if year != said else [name])
        said = year
    return labels


def _part(period: str) -> int:
    return int(period[6:]) if "W" in period else int(period[5:])


def position(periods: Sequence[str], day: date) -> float:
    """Where a day lies among periods: -0.5 is the first period's beginning, 0 its middle, and so on evenly."""
    begins = [first_day(period) for period in periods]
    length = (last_day(periods[-1]) - begins[-1]).days + 1
    i = bisect_right(begins, day) - 1
    if i < 0:
        return -0.5 - (begins[0] - day).days / length
    ends = begins[i + 1] if i + 1 < len(begins) else begins[i] + timedelta(days=length)
    return i - 0.5 + (day - begins[i]).days / (ends - begins[i]).days
