"""Which sources have counts to compute from, and of what kind."""

from __future__ import annotations

from domain.file_import import FileImport
from domain.register import Register


def sources_with_counts(register: Register) -> list[str]:
    """The sources that can be assessed: those with counts or incidents that have not been withdrawn."""
    found = {i.source for i in register.every(FileImport) if not i.withdrawn and i.kind in ("counts", "incidents")}
    return sorted(found)


def of_incidents(register: Register, source: str) -> bool:
    """Whether its counts are counted here: then a district without any event is not told of, and may not report."""
    imports = [i for i in register.every(FileImport) if i.source == source and not i.withdrawn]
    return not any(i.kind == "counts" for i in imports)
