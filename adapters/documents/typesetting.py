"""Typst makes a PDF that a screen reader can follow (PDF/UA-1), the same bytes on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import typst

from adapters.documents.signs import each_text, in_the_fonts, without_controls

V = TypeVar("V")


def typeset(layout: Path, content: V, made: datetime, as_data: Callable[[V], dict[str, Any]]) -> bytes:
    """The layout filled with the content, which comes to it as data and never as source: sys.inputs.content, as JSON.

    The fonts are those that Typst carries. A sign that they lack is written as □: a file that lacks a sign is better
    than no file.
    """
    written = each_text(content, without_controls)
    try:
        return _typeset(layout, as_data(written), made)
    except typst.TypstError:
        return _typeset(layout, as_data(each_text(written, in_the_fonts)), made)


def _typeset(layout: Path, data: dict[str, Any], made: datetime) -> bytes:
    return typst.compile(
        layout,
        format="pdf",
        sys_inputs={"content": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=made,
    )
