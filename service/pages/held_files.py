"""Uploaded files on their way in: kept on the server between the steps, few, for a short time, each for its session."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any, BinaryIO

from litestar import Request

from adapters.files import plain_name
from domain.core import refuse
from domain.file_import import FileKind

PREFIX = "samverkan-uploads-"
MINUTES = 30
MOST_EACH = 5
MOST = 40
MOST_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that waits to be taken in, and what has been chosen for it so far. columns: None until they are chosen."""

    key: str
    owner: str
    path: Path
    size: int
    file_name: str
    source: str
    covers: tuple[date, date] | None = None
    preliminary: bool = False
    kind: FileKind | None = None
    columns: Mapping[str, str] | None = field(default=None)
    since: float = 0.0

    @property
    def rejected(self) -> Path:
        """Where the rows stand that would not be taken in, once it has been tried."""
        return self.path.with_name("rejected.csv")


class HeldFiles:
    """The files that wait, in a folder that goes when the program ends, or when it starts again after being killed.

    Safe to use from several threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._folder: Path | None = None
        _sweep()
        self._files: dict[str, HeldFile] = {}
        self._lock = threading.Lock()

    def hold(self, owner: str, content: BinaryIO, file_name: str, source: str) -> HeldFile:
        """Keep a copy of a file. The owner's oldest ones, and the oldest of all, make room."""
        key = secrets.token_hex(16)
        folder = self._made() / key
        folder.mkdir()
        path = folder / "file"
        with path.open("wb") as target:
            shutil.copyfileobj(content, target)
        now = self._clock()
        held = HeldFile(key, owner, path, path.stat().st_size, plain_name(file_name), source, since=now)
        with self._lock:
            self._files[key] = held
            self._make_room(owner)
        _watch(self)
        return held

    def find(self, owner: str, key: str) -> HeldFile:
        """The owner's file, or a refusal: it is another's, or its time is up."""
        with self._lock:
            self._expire()
            held = self._files.get(key)
        if held is None or held.owner != owner:
            refuse(
                "file-not-held",
                f"Filen finns inte kvar: den sparas i högst {MINUTES} minuter. Ladda upp den igen.",
                f"The file is no longer there: it is kept for {MINUTES} minutes at most. Upload it again.",
            )
        return held

    def keep(self, held: HeldFile) -> HeldFile:
        """Remember what has been chosen; its time begins anew."""
        held = replace(held, since=self._clock())
        with self._lock:
            if held.key in self._files:
                self._files[held.key] = held
        return held

    def drop(self, key: str) -> None:
        """The file has been taken in, or is not wanted."""
        with self._lock:
            self._remove(key)

    def tidy(self) -> None:
        """Remove what has waited too long, also while nobody asks for anything."""
        with self._lock:
            self._expire()
            left = bool(self._files)
        if left:
            _watch(self)

    def close(self) -> None:
        """Remove them all."""
        with self._lock:
            for key in list(self._files):
                self._remove(key)

    def _made(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            return self._folder

    def _expire(self) -> None:
        oldest = self._clock() - MINUTES * 60
        for key in [key for key, held in self._files.items() if held.since < oldest]:
            self._remove(key)

    def _make_room(self, owner: str) -> None:
        self._expire()
        own = [key for key, held in self._files.items() if held.owner == owner]
        for key in own[:-MOST_EACH]:
            self._remove(key)
        while len(self._files) > 1 and (
            len(self._files) > MOST or sum(held.size for held in self._files.values()) > MOST_BYTES
        ):
            self._remove(next(iter(self._files)))

    def _remove(self, key: str) -> None:
        held = self._files.pop(key, None)
        if held is not None:
            shutil.rmtree(held.path.parent, ignore_errors=True)


def _watch(files: HeldFiles) -> None:
    """Look again when the time of what is there now is up."""
    held = weakref.ref(files)  # a clock that runs must not keep the folder from going with its owner

    def look() -> None:
        found = held()
        if found is not None:
            found.tidy()

    timer = threading.Timer(MINUTES * 60 + 1, look)
    timer.daemon = True
    timer.start()


def _sweep() -> None:
    """Remove what processes left behind that no longer run."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not _runs(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, for somebody else
        pass
    return True


def owner_of(request: Request[Any, Any, Any]) -> str:
    """A random number of the session's own: another session does not reach its files."""
    owner: str = request.session.setdefault("files", secrets.token_hex(16))
    return owner
