"""The names in a file matched to a catalogue: by key, name or alias, whatever their case and spaces."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from domain.catalogue import Category, District

_LETTERS = str.maketrans({"æ": "a", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "þ": "th"})
_SUGGEST_FOR = 300  # unknown names beyond this get no suggestion: looking for one takes milliseconds


_LONGEST, _MOST = 1000, 200_000  # a longer text is no name; so many spellings are remembered


class Names(dict[str, int | None]):
    """Raw text → position in `met`, or None. Every spelling is looked up in the catalogue only once."""

    def __init__(self, catalogue: Mapping[str, District | Category], retired: Collection[str] = ()) -> None:
        super().__init__()
        self.met: list[str] = []
        self.retired = {key for key in retired if key in catalogue}
        self._catalogue = catalogue
        self._known = _spellings({k: v for k, v in catalogue.items() if k not in self.retired}.values())
        self._gone = _spellings(catalogue[key] for key in self.retired)
        self._at: dict[str, int] = {}
        self._suggested: dict[str, str | None] = {}

    def __missing__(self, raw: str) -> int | None:
        key = self._known.get(fold(raw)) if len(raw) <= _LONGEST else None
        position = None if key is None else self._position(key)
        if len(self) < _MOST and len(raw) <= _LONGEST:
            self[raw] = position
        return position

    def is_retired(self, raw: str) -> bool:
        """Whether the name belongs to an entry that is no longer in use."""
        return len(raw) <= _LONGEST and fold(raw) in self._gone

    def suggestion(self, raw: str) -> str | None:
        """The name in use that is most like this one."""
        if raw not in self._suggested and len(self._suggested) < _SUGGEST_FOR and len(raw) <= _LONGEST:
            close = difflib.get_close_matches(fold(raw), self._known, n=1, cutoff=0.75)
            self._suggested[raw] = self._catalogue[self._known[close[0]]].name if close else None
        return self._suggested.get(raw)

    def _position(self, key: str) -> int:
        if key not in self._at:
            self._at[key] = len(self.met)
            self.met.append(key)
        return self._at[key]


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """The name as it is compared: case, repeated spaces, and how its accents are stored do not count."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def slug(name: str, taken: Collection[str] = ()) -> str:
    """A key made from a name (å and ä become a, ö o), with -2, -3 … when it is taken."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    key = re.sub(r"[^a-z0-9._]+", "-", letters).strip("-._")[:110].rstrip("-._") or "x"
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}-{number}"
    return free


def new_names(raw: Iterable[str], known: Names, taken: Collection[str]) -> list[tuple[str, str]]:
    """(key, name) for each name that the catalogue has neither in use nor retired, spelled as first met."""
    keys = set(taken)
    found: dict[str, tuple[str, str]] = {}
    for name in raw:
        plain = " ".join(unicodedata.normalize("NFC", name).split())[:200].strip()
        if plain and known[name] is None and not known.is_retired(name) and fold(plain) not in found:
            key = slug(plain, keys)
            keys.add(key)
            found[fold(plain)] = key, plain
    return list(found.values())


def _spellings(entries: Iterable[District | Category]) -> dict[str, str]:
    """Folded spelling → key. A key beats a name, a name an alias; what two entries share has none."""
    entries = list(entries)
    known: dict[str, str] = {}
    for level in (
        [(entry.key, entry.key) for entry in entries],
        [(entry.name, entry.key) for entry in entries],
        [(alias, entry.key) for entry in entries for alias in entry.aliases],
    ):
        owners: dict[str, set[str]] = {}
        for spelling, key in level:
            owners.setdefault(fold(spelling), set()).add(key)
        for spelling, keys in owners.items():
            if len(keys) == 1:
                known.setdefault(spelling, next(iter(keys)))
    return known
