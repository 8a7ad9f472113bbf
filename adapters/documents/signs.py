"""The signs of a text: what no file can hold, what the fonts lack, and where a long word may be broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

V = TypeVar("V")
# signs that the fonts have for certain: Latin, Greek and Russian letters, punctuation
_SURE = re.compile("[ -~\u00a0-\u017fΑ-ΡΣ-Ωα-ωА-я–—‘’“”„•…→≥≤−€]")
_LONG = re.compile(r"\S{31,}")
_PIECE = re.compile(r"(\S{20})(?=\S)")


def each_text(value: V, change: Callable[[str], str]) -> V:
    """The same value with every text in it changed, within tuples and frozen dataclasses too."""
    new: Any = value
    if isinstance(value, str):
        new = change(value)
    elif isinstance(value, tuple):
        new = tuple(each_text(each, change) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        new = replace(value, **{f.name: each_text(getattr(value, f.name), change) for f in fields(value)})
    return cast(V, new)


def without_controls(text: str) -> str:
    """No format can hold control characters; line breaks stay, and a tab is a space."""
    if text.isprintable():
        return text
    text = text.replace("\t", " ")
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Co"))


def in_the_fonts(text: str) -> str:
    """A sign that the fonts may lack (an emoji) as □."""
    return "".join(sign if sign == "\n" or _SURE.match(sign) else "□" for sign in text)


def breakable(text: str) -> str:
    """With places where a word that is too long for a column may be broken (zero width spaces)."""
    return _LONG.sub(lambda found: _PIECE.sub("\\1\u200b", found[0]), text)
