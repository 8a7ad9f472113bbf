"""Charts: what is drawn of a series, and that texts, bars and labels have their own room."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from itertools import combinations

import pytest

from adapters.chart_contents import Chart, Fan, Flagged, Stretch, Words
from adapters.chart_frame import Frame, position, tick_labels, ticks, wide
from adapters.charts import NARROW, PAPER, WIDE, specification, svg
from domain.period import span

WIDTHS = (NARROW, PAPER, WIDE)
WEEKS = tuple(span("2020-W40", "2021-W10"))
LEGEND = {
    key: key.upper()
    for key in ("observed", "judged", "expected", "band", "forecast", "rise", "fall", "lasting-rise", "lasting-fall")
}


def chart(**changes: object) -> Chart:
    """A chart of every kind of thing."""
    number = len(WEEKS)
    given: dict[str, object] = {
        "periods": WEEKS,
        "observed": tuple(None if i == 5 else float(i % 7) for i in range(number)),
        "judged": (None,) * (number - 1) + (2.0,),
        "expected": tuple(3.0 if i > 10 else None for i in range(number)),
        "lower": (1.0,) * number,
        "upper": (1234.5,) * number,
        "flags": (Flagged(12, 5.0, "rise", dismissed=False), Flagged(15, 1.0, "lasting-fall", dismissed=True)),
        "stretches": (
            Stretch("action", "Å1", 3.0, 9.0), Stretch("promise", "L1", 4.0, None), Stretch("break", "M1", 8, 8),
        ),
        "ahead_periods": ("2021-W11", "2021-W12"),
        "ahead": (Fan(3, 2, 4, 1, 6), Fan(3, 2, 5, 1, 7)),
        "words": Words(
            "Personrån, Centrum", "Utdrag – syntetiska uppgifter", "Händelser per vecka", LEGEND, ("Å1: Vandring",)
        ),
        "language": "sv",
    }  # fmt: skip
    return Chart(**{**given, **changes})  # type: ignore[arg-type]  # the fields are given by name


def texts(picture: str) -> list[str]:
    """The texts in a drawing."""
    return [" ".join(element.itertext()) for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_says_what_it_shows_and_that_it_is_synthetic(width: int) -> None:
    found = " ".join(texts(svg(specification(chart(), width))))
    for words in (
        "Personrån, Centrum",
        "syntetiska",
        "Händelser per vecka",
        "Å1",
        "L1",
        "M1",
        "RISE",
        "LASTING-FALL",
        "v. 1",
    ):
        assert words in found
    assert "LASTING-RISE" not in found  # only what is there is explained


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert "1\N{NO-BREAK SPACE}000" in texts(svg(specification(chart()), "sv"))
    assert "1,000" in texts(svg(specification(chart(language="en")), "en"))


def test_a_picture_is_as_wide_as_its_place_and_loads_nothing() -> None:
    for width in WIDTHS:
        picture = svg(specification(chart(), width))
        assert ET.fromstring(picture).get("width") == f"{width}"
        assert not re.search(r"(href|src|url)\s*[=(]\s*[\"']?http", picture.replace("http://www.w3.org", ""))
        assert "<script" not in picture


def test_markup_in_a_name_is_text() -> None:
    words = Words("<script>alert(1)</script>, Råby", "", "", LEGEND)
    picture = svg(specification(chart(words=words)))
    assert "<script" not in picture
    assert "<script>alert(1)</script>, Råby" in texts(picture)


def test_the_same_picture_is_drawn_once() -> None:
    first, again = svg(specification(chart())), svg(specification(chart()))
    assert first is again


def test_a_chart_of_nothing_is_drawn_too() -> None:
    nothing = (
        "periods",
        "observed",
        "judged",
        "expected",
        "lower",
        "upper",
        "flags",
        "stretches",
        "ahead_periods",
        "ahead",
    )
    empty = chart(**dict.fromkeys(nothing, ()))
    assert "Personrån, Centrum" in texts(svg(specification(empty)))


def test_what_is_not_known_breaks_the_line_and_stands_alone_as_a_point() -> None:
    alone = chart(observed=(1.0, None, 2.0, None, *([3.0] * (len(WEEKS) - 4))))
    layers = specification(alone)["layer"]
    line = next(each for each in layers if each.get("mark", {}).get("strokeWidth") == 1.6)
    runs = {row["run"] for row in line["data"]["values"]}
    assert len(runs) == 3


def frame(width: int, stretches: tuple[tuple[str, float, float | None], ...]) -> Frame:
    """The frame of a chart with those stretches."""
    legend = tuple(LEGEND.items())
    return Frame.around(
        whole=width, title="Titel", subtitle="Källa", legend=legend, stretches=stretches, count=104, notes=(),
        top=40, unit="Antal",
    )  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_and_their_labels_do_not_overlap(width: int) -> None:
    stretches = tuple((f"Å{n}", float(3 * n), float(3 * n + 20) if n % 3 else None) for n in range(1, 9))
    made = frame(width, stretches)
    boxes = []
    for lane in made.lanes:
        label = wide(lane.label, made.size)
        boxes.append((min(lane.begin, lane.text), max(lane.end, lane.text + label), lane.y))
        assert lane.text >= 0
        assert lane.text + label <= made.width + 1
    for a, b in combinations(boxes, 2):
        assert a[2] != b[2] or a[1] <= b[0] or b[1] <= a[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_of_text_have_their_own_height(width: int) -> None:
    made = frame(width, (("Å1", 3.0, 9.0),))
    for a, b in combinations(made.lines, 2):
        overlap = a.x < b.x + wide(b.text, b.size) and b.x < a.x + wide(a.text, a.size)
        assert not overlap or abs(a.y - b.y) >= 14
    assert min(line.y for line in made.lines) - 8 >= -made.padding["top"]


def test_ticks_stand_at_the_same_weeks_of_every_year_and_never_beside_week_53() -> None:
    weeks = tuple(span("2020-W01", "2021-W30"))
    at = ticks(weeks, 930)
    labels = tick_labels(weeks, at, "sv")
    assert labels[0] == ["v. 1", "2020"]
    assert ["v. 1", "2021"] in labels
    assert not any("53" in label[0] for label in labels)
    assert tick_labels(("2020-11", "2020-12", "2021-01"), [0, 1, 2], "en") == [
        ["Nov", "2020"],
        ["Dec"],
        ["Jan", "2021"],
    ]


@pytest.mark.parametrize("number", [1, 2, 30, 104, 480, 1200])
def test_ticks_fit_the_width(number: int) -> None:
    weeks = tuple(span("2014-W02", "2060-W01"))[:number]
    assert 1 <= len(ticks(weeks, 260)) <= 7


def test_a_day_lies_where_its_period_is() -> None:
    weeks = ("2020-W01", "2020-W02")
    assert position(weeks, date(2019, 12, 30)) == -0.5
    assert position(weeks, date(2020, 1, 6)) == 0.5
    assert position(weeks, date(2020, 1, 13)) == 1.5
    assert position(weeks, date(2019, 12, 23)) == -1.5
