"""A feed (Atom 1.0, RFC 4287): short entries, the latest first, for anybody's feed reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://www.w3.org/2005/Atom"
# XML 1.0 can hold none of these, however they are written
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One thing to be told. id: a URI that stays the same, by which a reader knows what it has shown already."""

    id: str
    title: str
    updated: datetime
    summary: str
    link: str


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """What the entries stand in. own: the feed's own address; link: the page that says the same."""

    id: str
    title: str
    author: str
    own: str
    link: str
    language: str


def atom(feed: AtomFeed, entries: Sequence[AtomEntry]) -> bytes:
    """The feed with its entries; one without any is as old as time."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    updated = max((one.updated for one in entries), default=datetime(1970, 1, 1, tzinfo=UTC))
    _texts(root, id=feed.id, title=feed.title, updated=_moment(updated))
    _texts(SubElement(root, "author"), name=feed.author)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.own})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.link})
    for one in entries:
        entry = SubElement(root, "entry")
        _texts(entry, id=one.id, title=one.title, updated=_moment(one.updated), summary=one.summary)
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.link})
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _texts(within: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(within, name).text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
