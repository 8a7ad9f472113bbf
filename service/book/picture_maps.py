"""The map then and now: events per thousand residents in each district, in the same classes both years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from adapters.chart_frame import FONT, INK
from adapters.documents.content import Block, Figure, Paragraph
from domain.catalogue import Division
from service.book.figures import Cells, Days, YearFigures, length
from service.book.made_up import mark
from service.book.year import Year
from service.views.map_view import DistrictMap, Shape, district_map
from service.views.standing import Standing
from service.wording import figure, listed

CLASSES = 5
FILLS = ("#eff3ff", "#bdd7e7", "#6baed6", "#2171b5", "#08306b")
GREY = "#d9d9d9"
_NOTHING = Standing(None, None, None, None, None, "unknown")
Rates = Mapping[str, float]


def maps(year: Year, figures: YearFigures) -> Iterator[Block]:
    """Two maps, of the same days of the year before and of the year; none where nobody has drawn the districts."""
    division = year.register.find(Division, figures.of.division)
    if division is None or figures.earlier is None:
        return
    people = {k: division.districts[k].population for k in figures.of.districts if k in division.districts}
    drawn = district_map(division, tuple(people), dict.fromkeys(people, _NOTHING), {})
    if drawn.tiles or not any(people.values()):
        return
    spans = ((figures.earlier, figures.before), (figures.days, figures.now))
    rates = [_rates(cells, days, people) for days, cells in spans]
    limits = _limits([rate for each in rates for rate in each.values()])
    yield Paragraph(_how_to_read(year, division))
    for (days, _), of in zip(spans, rates, strict=True):
        yield Figure(
            _svg(year, drawn, of, limits), _alt(year, drawn, of, days), _caption(year, figures, division, of, days)
        )


def _rates(cells: Cells, days: Days, people: Mapping[str, int | None]) -> Rates:
    """Events in a year of such days per thousand residents; without those whose number of residents is not known."""
    events: dict[str, float] = {}
    for (district, _), number in cells.items():
        events[district] = events.get(district, 0.0) + number
    scale = 1000 * 365.25 / length(days)
    return {key: events.get(key, 0.0) * scale / number for key, number in people.items() if number}


def _limits(rates: Sequence[float]) -> tuple[float, ...]:
    """The upper limits of all classes but the last: a fifth of all values in each, on whole numbers."""
    ordered = sorted(rates)
    return tuple(float(round(ordered[len(ordered) * n // CLASSES])) for n in range(1, CLASSES)) if ordered else ()


def _class(rate: float, limits: Sequence[float]) -> int:
    return sum(rate >= limit for limit in limits)


def _svg(year: Year, drawn: DistrictMap, rates: Rates, limits: Sequence[float]) -> str:
    """Presentation attributes alone; each district has its number, so that colour says nothing by itself."""
    shapes = "".join(_shape(year, shape, rates.get(shape.key), limits) for shape in drawn.shapes)
    legend = "".join(_legend(year, n, limits, drawn.height + 14) for n in range(CLASSES)) if limits else ""
    height = drawn.height + 44
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawn.width}" height="{height}" '
        f'viewBox="0 0 {drawn.width} {height}" font-family="{FONT}" font-size="11">'
        f'<rect width="{drawn.width}" height="{height}" fill="white"/>{shapes}{legend}</svg>'
    )


def _shape(year: Year, shape: Shape, rate: float | None, limits: Sequence[float]) -> str:
    outline = shape.outline
    number = None if rate is None else _class(rate, limits)
    fill, ink = (GREY, INK) if number is None else (FILLS[number], "white" if number >= 3 else INK)
    text = "–" if rate is None else figure(round(rate), year.language)
    path = f'<path d="{outline.path}" fill="{fill}" stroke="#6b7785" stroke-width="0.8" fill-rule="evenodd"/>'
    lines = [(text, 700), *((line, 400) for line in outline.lines)] if outline.label else [(text, 700)]
    top = outline.y - 6 * (len(lines) - 1) + 4
    words = "".join(
        f'<text x="{outline.x}" y="{top + 12 * n + (n > 0)}" text-anchor="middle" font-weight="{weight}" '
        f'font-size="{14 if weight == 700 else 11}" fill="{ink}">'
        f"{escape(line)}</text>"
        for n, (line, weight) in enumerate(lines)
    )
    return path + words


def _legend(year: Year, n: int, limits: Sequence[float], y: int) -> str:
    x = 8 + n * 118
    low = figure(limits[n - 1], year.language) if n else ""
    high = figure(limits[n], year.language) if n < len(limits) else ""
    if n == 0:
        text = year.say(f"under {high}", f"under {high}")
    elif n == len(limits):
        text = year.say(f"{low} och fler", f"{low} and more")
    else:
        text = year.say(f"{low} till {high}", f"{low} to {high}")
    return (
        f'<rect x="{x}" y="{y}" width="18" height="12" fill="{FILLS[n]}" stroke="{INK}" stroke-width="0.5"/>'
        f'<text x="{x + 23}" y="{y + 10}" fill="{INK}">{escape(text)}</text>'
    )


def _alt(year: Year, drawn: DistrictMap, rates: Rates, days: Days) -> str:
    names = {shape.key: shape.name for shape in drawn.shapes}
    ordered = sorted(((rate, names[key]) for key, rate in rates.items() if key in names), reverse=True)
    told = [f"{name} {figure(round(rate), year.language)}" for rate, name in ordered]
    return year.say(
        f"Karta över områdena {days[0]} till {days[1]}, händelser per 1 000 invånare och år: "
        f"{listed(told, 'och', len(told), 60)}.",
        f"Map of the districts {days[0]} to {days[1]}, events per 1,000 residents and year: "
        f"{listed(told, 'and', len(told), 60)}.",
    )


def _caption(year: Year, figures: YearFigures, division: Division, rates: Rates, days: Days) -> str:
    key, rate = max(rates.items(), key=lambda each: each[1])
    most, number = division.districts[key].name, figure(round(rate), year.language)
    marked = mark(year, synthetic=figures.of.synthetic)
    return year.say(
        f"{days[0]} till {days[1]}: händelser per 1 000 invånare och år{marked}. Flest: {most}, {number}.",
        f"{days[0]} to {days[1]}: events per 1,000 residents and year{marked}. Most: {most}, {number}.",
    )


def _how_to_read(year: Year, division: Division) -> str:
    rough = year.say(" Kartan är schematisk.", " The map is schematic.") if division.schematic else ""
    people = year.say(" Folkmängden är syntetisk.", " The population is synthetic.") if division.synthetic else ""
    return year.say(
        "Klasserna är desamma i båda kartorna. Många som vistas i ett område utan att bo där höjer dess tal."
        f"{rough}{people}",
        "The classes are the same in both maps. Many who stay in a district without living there raise its figure."
        f"{rough}{people}",
    )
