"""Charts as Vega-Lite specifications, and as SVG: observed, expected, forecast, flags and marks on one time axis."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping

from adapters.chart_contents import Chart, Language
from adapters.chart_frame import FONT, GREY, INK, Frame, tick_labels, ticks
from adapters.chart_layers import Spec, grown, layers_of

KEPT = 256
LEGEND = ("observed", "judged", "expected", "band", "forecast", "rise", "fall", "lasting-rise", "lasting-fall")


WIDE, NARROW, PAPER = 1000, 320, 640
"""How wide a chart is drawn: for a screen, a phone, and a page of paper."""


def specification(chart: Chart, width: int = WIDE) -> Spec:
    """The chart of a width in pixels; as high as its legend, marks and notes need."""
    frame = Frame.around(
        whole=width,
        title=chart.words.title,
        subtitle=chart.words.subtitle,
        legend=tuple((key, chart.words.legend[key]) for key in LEGEND if key in _shown(chart)),
        stretches=tuple((s.label, s.begin, s.end) for s in chart.stretches if s.kind != "break"),
        count=len(chart.periods) + len(chart.ahead_periods),
        notes=chart.words.notes,
        top=_top(chart),
        unit=chart.words.unit,
    )
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "autosize": {"type": "none", "contains": "content"},
        "background": "white",
        "padding": frame.padding,
        "width": frame.width,
        "height": frame.height,
        "encoding": {"x": _x(chart, frame), "y": _y(chart, frame)},
        "layer": layers_of(chart, frame),
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "titleColor": INK, "labelFontSize": frame.size, "titleFontSize": frame.size},
        },
    }


def _shown(chart: Chart) -> set[str]:
    there = {"observed"} | {flag.shape for flag in chart.flags} | ({"judged"} if grown(chart) else set())
    if any(value is not None for value in chart.expected):
        there.add("expected")
    if any(value is not None for value in chart.upper):
        there.add("band")
    return there | ({"forecast"} if chart.ahead else set())


def _x(chart: Chart, frame: Frame) -> Spec:
    periods = (*chart.periods, *chart.ahead_periods)
    at = ticks(periods, frame.width)
    labels = json.dumps(tick_labels(periods, at, chart.language), ensure_ascii=False)
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.5, max(len(periods), 1) - 0.5], "nice": False, "zero": False},
        "axis": {
            "title": None, "values": at, "grid": False, "labelFlush": False, "labelOverlap": False,
            "labelExpr": f"{labels}[indexof({json.dumps(at)}, datum.value)]",
            "domainColor": GREY, "tickColor": GREY,
        },
    }  # fmt: skip


def _y(chart: Chart, frame: Frame) -> Spec:
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, _top(chart) * 1.06], "nice": True},
        "axis": {
            "title": None, "tickCount": 4 if frame.narrow else 6, "tickMinStep": 1, "format": ",d", "domain": False,
            "ticks": False, "gridColor": "#e3e6ea",
        },
    }  # fmt: skip


def _top(chart: Chart) -> float:
    known = [*chart.observed, *chart.upper, *chart.expected, *(step.high95 for step in chart.ahead)]
    return max([1.0, *(value for value in known if value is not None)])


# As a picture

_LOCALES: Mapping[str, Spec] = {
    "sv": {"decimal": ",", "thousands": "\N{NO-BREAK SPACE}", "grouping": [3], "currency": ["", " kr"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["£", ""]},
}
_drawn_already: OrderedDict[str, str] = OrderedDict()
_one_at_a_time = threading.Lock()  # vl-convert has one worker for the whole process


def svg(spec: Spec, language: Language = "sv") -> str:
    """The specification drawn. The first takes about half a second, the next 50 ms, one that was drawn lately none."""
    text = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{language} {text}".encode()).hexdigest()
    with _one_at_a_time:
        found = _drawn_already.get(key)
        if found is None:
            found = _drawn_already[key] = _render(text, language)
            if len(_drawn_already) > KEPT:
                _drawn_already.popitem(last=False)
        _drawn_already.move_to_end(key)
    return found


def _render(text: str, language: Language) -> str:
    import vl_convert  # 50 MB that only the process that draws needs

    return str(vl_convert.vegalite_to_svg(text, format_locale=_LOCALES[language], allowed_base_urls=[]))
