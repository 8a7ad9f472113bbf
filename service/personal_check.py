"""Before a text is stored: whether what somebody wrote in a command, whichever it is, looks like personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from domain.core import Command, Key, Refused
from service.personal_data import Kind, find

SHORTEST = 8  # characters; nothing that is looked for is shorter
MADE_BY_MACHINES = frozenset({
    "take-in", "record-assessment", "record-run", "record-forecast", "record-score", "record-effect", "record-backtest",
})  # fmt: skip
KINDS: Mapping[Kind, tuple[str, str]] = {
    "personal number": ("personnummer", "personal number"),
    "phone": ("telefonnummer", "telephone number"),
    "e-mail": ("e-postadress", "e-mail address"),
    "name": ("namn på en person", "name of a person"),
}
_KEYS: Any = Key
_KEY_PATTERN: str = _KEYS.__metadata__[0].pattern


@dataclass(frozen=True, slots=True)
class Suspect:
    """A text that looks like holding personal data: where it stands in the command, and which kinds. Never the text."""

    place: tuple[str, ...]
    kinds: tuple[Kind, ...]

    def named(self, english: int) -> str:
        """Its kinds in words."""
        return ", ".join(KINDS[kind][english] for kind in self.kinds)


class PersonalDataFound(Refused):
    """A command that was not stored, because of these texts."""

    def __init__(self, suspects: Sequence[Suspect]) -> None:
        self.suspects = tuple(suspects)
        sv, en = ("; ".join(f"{'.'.join(s.place)} ({s.named(at)})" for s in self.suspects[:10]) for at in (0, 1))
        super().__init__(
            "personal-data-found",
            f"Inget är sparat: det kan finnas personuppgifter i texten. Det gäller {sv}. "
            "Skriv om utan dem, eller se efter att de inte hör till någon person och bekräfta det.",
            f"Nothing was saved: there may be personal data in the text. It is in {en}. "
            "Write it anew without them, or see that they belong to no person and confirm that.",
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.suspects,)


def check(command: Command, *, checked: bool) -> None:
    """Refuses a command whose texts look like holding personal data, unless somebody has checked them."""
    if not checked and (found := suspects(command)):
        raise PersonalDataFound(found)


def suspects(command: Command) -> tuple[Suspect, ...]:
    """The texts of a command that people write in which something was found; keys are left out."""
    if command.NAME in MADE_BY_MACHINES:
        return ()
    found = []
    for place, text in texts(command):
        if kinds := dict.fromkeys(one.kind for one in find(text)):
            found.append(Suspect(place, tuple(kinds)))
    return tuple(found)


def texts(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """(place, text) of every text in a value that could hold something; fields of keys are not texts."""
    match value:
        case str():
            if len(value) >= SHORTEST:
                yield place, value
        case BaseModel():
            for name, field in type(value).model_fields.items():
                if _KEY_PATTERN not in f"{field.metadata}{field.annotation}" or isinstance(getattr(value, name), dict):
                    yield from texts(getattr(value, name), (*place, name))
        case dict():
            for name, inner in value.items():
                yield from texts(inner, (*place, str(name)))
        case tuple() | list():
            for at, inner in enumerate(value):
                if not isinstance(inner, int | float):  # outlines have many thousands of numbers
                    yield from texts(inner, (*place, str(at)))
