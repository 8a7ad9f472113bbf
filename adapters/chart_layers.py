"""The layers of a chart, from what lies behind to what lies in front, as parts of a Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from adapters.chart_contents import Chart
from adapters.chart_frame import BLUE, INK, PURPLE, RED, Frame, Item

Spec = dict[str, Any]
SHAPES: Mapping[str, tuple[str, str]] = {
    "rise": ("triangle-up", RED),
    "fall": ("triangle-down", BLUE),
    "lasting-rise": ("diamond", RED),
    "lasting-fall": ("square", BLUE),
}
STRETCHES: Mapping[str, str] = {"action": "#1b7a4b", "break": "#5b4a00", "promise": "#6b3fa0"}


def layers_of(chart: Chart, frame: Frame) -> list[Spec]:
    """All layers of the chart in its frame."""
    return [
        *_band(chart), *_fan(chart), *_rules(chart, frame), *_judged(chart, frame), *_observed(chart, frame),
        *_flags(chart, frame), *_lanes(chart, frame), *_legend(frame), *_texts(frame),
    ]  # fmt: skip


def _band(chart: Chart) -> list[Spec]:
    """What was expected: a dashed line in its band, each run of assessed periods by itself, half a period wider."""
    rows = [
        {"x": i, "y": e, "low": low if low is not None else e, "high": high if high is not None else e, "run": i - n}
        for n, (i, e, low, high) in enumerate(
            (i, *of) for i, of in enumerate(zip(chart.expected, chart.lower, chart.upper, strict=True))
            if of[0] is not None
        )
    ]  # fmt: skip
    rows = [row for _, run in groupby(rows, key=lambda r: r["run"]) for row in _widened(list(run))]
    if not rows:
        return []
    area = {"type": "area", "color": "#7f9cc0", "opacity": 0.35, "line": False}
    line = {"type": "line", "color": "#35608f", "strokeDash": [5, 3], "strokeWidth": 1.5}
    y = {"field": "low", "type": "quantitative"}
    return [
        {"data": {"values": rows}, "mark": area, "encoding": {"y": y, "y2": {"field": "high"}, "detail": _run()}},
        {"data": {"values": rows}, "mark": line, "encoding": {"detail": _run()}},
    ]


def _widened(run: Sequence[Spec]) -> list[Spec]:
    return [{**run[0], "x": run[0]["x"] - 0.5}, *run, {**run[-1], "x": run[-1]["x"] + 0.5}]


def _run() -> Spec:
    return {"field": "run", "type": "nominal"}


def _fan(chart: Chart) -> list[Spec]:
    if not chart.ahead:
        return []
    start = len(chart.periods)
    rows = [
        {"x": start + i, "y": s.median, "a": s.low80, "b": s.high80, "c": s.low95, "d": s.high95}
        for i, s in enumerate(chart.ahead)
    ]
    rows = _widened(rows)
    areas = [
        {
            "mark": {"type": "area", "color": PURPLE, "opacity": opacity},
            "encoding": {"y": {"field": low, "type": "quantitative"}, "y2": {"field": high}},
        }
        for low, high, opacity in (("c", "d", 0.2), ("a", "b", 0.3))
    ]
    median: Spec = {"mark": {"type": "line", "color": PURPLE, "strokeWidth": 2, "strokeDash": [2, 2]}}
    return [{"data": {"values": rows}, "layer": [*areas, median]}]


def _rules(chart: Chart, frame: Frame) -> list[Spec]:
    """A vertical rule where each stretch begins, and a label above those of breaks."""
    last = len(chart.periods) + len(chart.ahead_periods)
    tops = {s.label: -4.0 if s.kind == "break" else frame.lane_of(s.label) for s in chart.stretches}
    inside = [s for s in chart.stretches if -0.5 <= s.begin <= last and tops[s.label] is not None]
    rows = [{"x": s.begin, "kind": s.kind, "t": s.label, "from": tops[s.label]} for s in inside]
    layers: list[Spec] = []
    for kind, dash in (("action", [3, 3]), ("promise", [1, 3]), ("break", [7, 3])):
        mine = [row for row in rows if row["kind"] == kind]
        if mine:
            rule = {"type": "rule", "color": STRETCHES[kind], "strokeDash": dash, "strokeWidth": 1.2}
            pixel = {"field": "from", "type": "quantitative", "scale": None}
            y = {"y": pixel, "y2": {"value": frame.height}}
            layers.append({"data": {"values": mine}, "mark": rule, "encoding": y})
    breaks = [row for row in rows if row["kind"] == "break"]
    if breaks:
        text = {"type": "text", "align": "left", "dx": 4, "color": STRETCHES["break"], "fontSize": frame.size,
                "fontWeight": "bold", "baseline": "top"}  # fmt: skip
        at = {"y": {"value": 2}, "text": {"field": "t", "type": "nominal"}}
        layers.append({"data": {"values": breaks}, "mark": text, "encoding": at})
    return layers


def grown(chart: Chart) -> list[tuple[int, float]]:
    """Where, and how many, were known at the assessment, when that is not what is known now."""
    pairs = enumerate(zip(chart.observed, chart.judged, strict=True))
    return [(i, judged) for i, (now, judged) in pairs if judged is not None and judged != now]


def _judged(chart: Chart, frame: Frame) -> list[Spec]:
    rows = [{"x": i, "y": judged} for i, judged in grown(chart)]
    ring = _ring(14 if frame.narrow else 22)
    return [{"data": {"values": rows}, "mark": ring}] if rows else []


def _ring(size: int) -> Spec:
    return {"type": "point", "shape": "circle", "filled": True, "fill": "white", "stroke": "#35608f", "size": size,
            "strokeWidth": 1.2, "opacity": 1}  # fmt: skip


def _observed(chart: Chart, frame: Frame) -> list[Spec]:
    there = [(i, value) for i, value in enumerate(chart.observed) if value is not None]
    rows = [{"x": i, "y": value, "run": i - n} for n, (i, value) in enumerate(there)]
    if not rows:
        return []
    line: Spec = {
        "data": {"values": rows},
        "mark": {"type": "line", "color": INK, "strokeWidth": 1.6},
        "encoding": {"detail": _run()},
    }
    alone = {run for run, of in groupby(rows, key=lambda row: row["run"]) if len(list(of)) == 1}
    all_fit = len(rows) <= frame.width / 8
    dots = rows if all_fit else [row for row in rows if row["run"] in alone]
    point: Spec = {"type": "point", "shape": "circle", "filled": True, "color": INK, "size": 16 if frame.narrow else 24}
    return [line, {"data": {"values": dots}, "mark": {**point, "opacity": 1}}] if dots else [line]


def _flags(chart: Chart, frame: Frame) -> list[Spec]:
    layers: list[Spec] = []
    for (shape, dismissed), flags in groupby(
        sorted(chart.flags, key=lambda f: (f.shape, f.dismissed)), key=lambda f: (f.shape, f.dismissed)
    ):
        rows = [{"x": flag.position, "y": flag.value} for flag in flags]
        layers.append({"data": {"values": rows}, "mark": _symbol(shape, hollow=dismissed, size=110)})
    return layers


def _symbol(key: str, *, hollow: bool, size: int) -> Spec:
    shape, colour = SHAPES[key]
    return {"type": "point", "shape": shape, "size": size, "filled": True, "opacity": 1, "strokeWidth": 1.5,
            "fill": "white" if hollow else colour, "stroke": colour if hollow else "white"}  # fmt: skip


def _lanes(chart: Chart, frame: Frame) -> list[Spec]:
    """Actions and promises as bars above the plot, each in a lane with its label."""
    kinds = {s.label: s.kind for s in chart.stretches}
    rows = [
        {
            "px": lane.begin,
            "qx": lane.end,
            "py": lane.y,
            "t": lane.label,
            "tx": lane.text,
            "c": STRETCHES[kinds[lane.label]],
        }
        for lane in frame.lanes
    ]
    if not rows:
        return []
    raw = {"type": "quantitative", "scale": None, "axis": None}
    colour = {"field": "c", "type": "nominal", "scale": None}
    y = {"field": "py", **raw}
    bar: Spec = {
        "data": {"values": rows},
        "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "butt"},
        "encoding": {"x": {"field": "px", **raw}, "x2": {"field": "qx"}, "y": y, "color": colour},
    }
    text: Spec = {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": frame.size, "fontWeight": "bold"},
        "encoding": {
            "x": {"field": "tx", **raw}, "y": y, "text": {"field": "t", "type": "nominal"}, "color": colour,
        },
    }  # fmt: skip
    return [bar, text]


def _legend(frame: Frame) -> list[Spec]:
    return [layer for item in frame.items for layer in _drawn(item)]


def _drawn(item: Item) -> list[Spec]:
    key, x, y = item.key, item.x, item.y
    if key in SHAPES:
        return [_at(_symbol(key, hollow=False, size=90), x + 9, y)]
    if key == "judged":
        return [_at(_ring(30), x + 9, y)]
    if key == "band":
        return [_stroke(x, y, 12, "#7f9cc0", opacity=0.45)]
    if key == "forecast":
        return [_stroke(x, y, 12, PURPLE, opacity=0.35), _stroke(x, y, 2, PURPLE, dash=[2, 2])]
    if key == "expected":
        return [_stroke(x, y, 2, "#35608f", dash=[5, 3])]
    dot = {"type": "point", "shape": "circle", "filled": True, "color": INK, "size": 24, "opacity": 1}
    return [_stroke(x, y, 2, INK), _at(dot, x + 9, y)]


def _at(mark: Spec, x: float, y: float) -> Spec:
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"value": x}, "y": {"value": y}}}


def _stroke(x: float, y: float, wide: float, colour: str, *, opacity: float = 1, dash: Sequence[int] = ()) -> Spec:
    mark: Spec = {"type": "rule", "color": colour, "strokeWidth": wide, "opacity": opacity, "strokeCap": "butt"}
    if dash:
        mark["strokeDash"] = list(dash)
    ends = {"x": {"value": x}, "x2": {"value": x + 18}, "y": {"value": y}}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": ends}


def _texts(frame: Frame) -> list[Spec]:
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "color": INK, "fontSize": line.size,
                     "fontWeight": "bold" if line.bold else "normal", "text": line.text},
            "encoding": {"x": {"value": line.x}, "y": {"value": line.y}},
        }
        for line in frame.lines
    ]  # fmt: skip
