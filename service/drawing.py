"""Outlines from a file into the register: all of its districts, or those that match where that is wished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.contents import BadFile
from adapters.outlines import Outlines, read_outlines
from domain.catalogue import Division, DrawDivision
from domain.core import Actor, must_exist
from service.register import LiveRegister

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DrawingOutcome:
    """How many districts and points were drawn, and the names of districts that have no outline."""

    districts: int
    points: int
    lacking: tuple[str, ...]

    def lines(self) -> Iterator[tuple[str, str]]:
        """What to tell the user, in Swedish and English."""
        of = self.districts + len(self.lacking)
        yield (
            f"{self.districts} av {of} områden är ritade, med {self.points} punkter.",
            f"{self.districts} of {of} districts are drawn, with {self.points} points.",
        )
        if self.lacking:
            names = ", ".join(self.lacking[:_SHOWN]) + (" …" if len(self.lacking) > _SHOWN else "")
            yield f"Utan kontur: {names}.", f"Without an outline: {names}."


def draw_from_file(
    live: LiveRegister,
    origin: Path | bytes,
    file_name: str,
    *,
    division: str,
    source: str,
    by: Actor,
    property_name: str | None = None,
    schematic: bool = False,
    accept_valid: bool = False,
) -> DrawingOutcome:
    """Draw a division's districts from GeoJSON. Raises Refused; names that do not match are told, and nothing drawn.

    accept_valid: draw those that match although others do not.
    """
    state = must_exist(live.now().find(Division, division), "division", "Indelningen", division)
    found = read_outlines(origin, file_name, state, property_name=property_name)
    if not found.outlines or ((found.unknown or found.shapeless) and not accept_valid):
        raise _unmatched(file_name, found)
    command = DrawDivision(
        division=division, on=live.today(), outlines=dict(found.outlines), schematic=schematic, source=source
    )
    live.ask(command, by)
    points = sum(len(ring) for rings in found.outlines.values() for ring in rings)
    return DrawingOutcome(len(found.outlines), points, found.lacking)


def _unmatched(file_name: str, found: Outlines) -> BadFile:
    """A sentence, then a line for each name."""
    sv = [f"Inget ritades ur {file_name}. Rätta namnen, eller rita det som passar med --accept-valid."]
    en = [f"Nothing was drawn from {file_name}. Mend the names, or draw what matches with --accept-valid."]
    for name, like in list(found.unknown.items())[:_SHOWN]:
        sv.append(f"  ”{name[:80]}” finns inte i indelningen." + (f" Menade du ”{like}”?" if like else ""))
        en.append(f"  “{name[:80]}” is not in the division." + (f" Did you mean “{like}”?" if like else ""))
    for name in found.shapeless[:_SHOWN]:
        sv.append(f"  ”{name[:80]}” har ingen yta (Polygon eller MultiPolygon).")
        en.append(f"  “{name[:80]}” has no area (Polygon or MultiPolygon).")
    return BadFile("\n".join(sv), "\n".join(en))
