"""What stands in a mail, block by block, so that its text and its HTML say the same. Paths are those of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from service.wording import Language

T = TypeVar("T")
Tone = Literal["plain", "lead", "small", "notice"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part; level 2 or 3."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences. notice: framed, to be seen first."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of figures, each below its name. about: what they are of, for who can't see them."""

    about: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the name that it was given out under, and what it tells."""

    name: str
    alt: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, which leads to a page if it has a path."""

    text: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a page. strong: what the reader is asked to do."""

    text: str
    path: str
    strong: bool = False


Block = Heading | Paragraph | Figures | Picture | Points | Link


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail. title: what stands first in it; why: why its reader gets it."""

    language: Language
    subject: str
    title: str
    blocks: tuple[Block, ...]
    why: str


def pick(language: Language, sv: T, en: T) -> T:
    """The one of two that is in the language."""
    return sv if language == "sv" else en
