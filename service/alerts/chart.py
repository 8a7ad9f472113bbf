"""The chart of a signal as a picture for a mail: the last periods, what was expected, and the signal. PNG: few mail
programs show SVG."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from functools import lru_cache

from adapters.charts import specification, svg
from service.alerts.digest import Digest
from service.pages.charts import chart_of
from service.views.series import Series
from service.wording import Language

DRAWN, SHOWN = 400, 560
"""Drawn for so many pixels, so that its letters can be read on a phone, and shown with so many where there is room."""
SHARPNESS = 2 * SHOWN / DRAWN  # two pixels of the file for each that is shown
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FAMILY = re.compile(r'font-family="[^"]*"')
_CARRIED = "Liberation Sans"  # by vl-convert, so that a picture is the same on every machine


def pictures(digest: Digest) -> dict[str, bytes]:
    """The chart of each flag that is told in full, by the flag's key."""
    language = digest.subscription.language
    return {flag.key: png(flag.series, language) for flag in digest.flags if flag.series is not None}


def png(series: Series, language: Language) -> bytes:
    """The same bytes every time. About 60 ms; what was drawn lately is not drawn again."""
    chart = chart_of(series, language)
    untitled = replace(chart, words=replace(chart.words, title=""))  # the heading above it says that
    return as_png(svg(specification(untitled, DRAWN), language))


@lru_cache(maxsize=64)  # subscribers to the same run want the same charts
def as_png(drawn: str) -> bytes:
    """An SVG as PNG, SHARPNESS times as large."""
    import vl_convert  # 50 MB that only the process that draws needs

    carried = _FAMILY.sub(f'font-family="{_CARRIED}"', drawn)
    return _packed(bytes(vl_convert.svg_to_png(carried, scale=SHARPNESS)))


def _packed(picture: bytes) -> bytes:
    """The same PNG, a third as large: it is written for speed, and a mail is sent many times."""
    chunks, at = [], len(_SIGNATURE)
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        chunks.append((kind, picture[at + 8 : at + 8 + length]))
        at += 12 + length
    pixels = zlib.compress(zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT")))
    first, *rest = [(kind, data) for kind, data in chunks if kind != b"IDAT"]
    return _SIGNATURE + b"".join(_chunk(*each) for each in (first, *rest[:-1], (b"IDAT", pixels), rest[-1]))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
