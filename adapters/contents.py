"""The bytes of a file: unpacked, limited in size, with their SHA-256 and an encoding that fits them all."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO

from domain.core import Refused

LARGEST = 2 * 1024**3
LONGEST_LINE = 1024**2
LONGEST_CELL = 65_536
"""Twice what Excel holds, and as much as is looked at to find a header."""
MOST_ROWS = 2_000_000
_BOMB, _TIMES = 64 * 1024**2, 200  # tables are packed to a fiftieth of their size at best
_BLOCK = 1 << 20
_SAMPLE = LONGEST_CELL
_GZIP = b"\x1f\x8b"
_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FOREIGN = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF",
            b"{\\rtf": "RTF", b"Rar!": "RAR"}  # fmt: skip


class BadFile(Refused):
    """A file that can't be read, with a sentence that names the place and the way out."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__("bad-file", sv, en)

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str]]:  # type: ignore[override]  # built from two texts
        return type(self), (self.sv, self.en)


@dataclass(frozen=True, slots=True)
class Content:
    """A file looked through once. A spreadsheet has no encoding; `sample` is the beginning; size in bytes."""

    name: str
    origin: Path | bytes
    sha256: str
    size: int
    encoding: str
    sample: bytes
    stamp: tuple[int, int]

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The uncompressed bytes, as long as the file is the one whose SHA-256 was taken."""
        if _stamp(self.origin) != self.stamp:
            raise BadFile(
                f"Filen {self.name} ändrades under läsningen. Läs in den igen när den är färdigskriven.",
                f"The file {self.name} changed while it was read. Take it in again when it is written.",
            )
        with _uncompressed(self.origin, self.name) as raw:
            yield raw

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """The text with its line ends as they are, as csv wants them."""
        with self.stream() as raw, io.TextIOWrapper(raw, self.encoding, newline="") as text:
            yield text

    def lines(self) -> Generator[str]:
        """Line by line, none of them so long that it fills the memory."""
        with self.text() as text:
            for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE + 1), ""), 1):
                if len(line) > LONGEST_LINE:
                    raise _long_line(self.name, number)
                yield line

    @property
    def whole(self) -> bool:
        """Whether the sample is all there is."""
        return len(self.sample) == self.size


def look_through(origin: Path | bytes, name: str, largest: int = LARGEST) -> Content:
    """Read everything once: SHA-256, size, encoding. Raises BadFile; `largest` is in uncompressed bytes."""
    if isinstance(origin, Path) and not origin.is_file():
        raise BadFile(
            f"Filen {origin} finns inte. Kontrollera sökvägen.", f"There is no file {origin}. Check the path."
        )
    stamp, digest, size, sample = _stamp(origin), hashlib.sha256(), 0, b""
    decoding: _Decoding | None = None
    with _uncompressed(origin, name) as raw:
        while block := raw.read(_BLOCK):
            if not size:
                sample = block[:_SAMPLE]
                decoding = None if sample.startswith(_SHEETS) else _Decoding(name, block)
            size += len(block)
            _check_size(name, size, largest, stamp[0])
            digest.update(block)
            if decoding:
                decoding.take(block)
    if not sample.strip():
        raise BadFile(
            f"Filen {name} är tom. Exportera den på nytt ur källsystemet.",
            f"The file {name} is empty. Export it anew from the source system.",
        )
    encoding = decoding.end() if decoding else ""
    return Content(name, origin, digest.hexdigest(), size, encoding, sample, stamp)


class _Decoding:
    """Finds the encoding that fits every byte: the one the file declares, else UTF-8, else Windows-1252."""

    def __init__(self, name: str, start: bytes) -> None:
        _check_kind(name, start)
        self._name, self._line, self._plain = name, 1, True
        self.encoding = next((encoding for bom, encoding in _BOMS if start.startswith(bom)), "utf-8")
        self._decoder = codecs.getincrementaldecoder(self.encoding)()

    def take(self, block: bytes, final: bool = False) -> None:
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as wrong:
            self._other(wrong, final)
            return
        self._plain = self._plain and text.isascii()
        if "\0" in text:
            raise _not_text(self._name, self._line + text.count("\n", 0, text.index("\0")))
        self._line += text.count("\n")

    def end(self) -> str:
        self.take(b"", final=True)
        return self.encoding

    def _other(self, wrong: UnicodeDecodeError, final: bool) -> None:
        """Windows-1252, unless the text was already well on its way in an encoding and then broke."""
        before = wrong.object[: wrong.start]
        if self.encoding != "utf-8" or not self._plain or not before.isascii():
            line = self._line if "16" in self.encoding else self._line + before.count(b"\n")
            raise _broken_text(self._name, line, self.encoding) from None
        self.encoding = "cp1252"
        self._decoder = codecs.getincrementaldecoder("cp1252")()
        self.take(wrong.object, final)


def _check_kind(name: str, block: bytes) -> None:
    for magic, kind in _FOREIGN.items():
        if block.startswith(magic):
            raise BadFile(
                f"Filen {name} är en {kind}-fil, ingen tabell. Exportera den som CSV eller Excel (xlsx).",
                f"The file {name} is a {kind} file, not a table. Export the data as CSV or Excel (xlsx).",
            )


def _check_size(name: str, size: int, largest: int, packed: int) -> None:
    if size > largest:
        raise too_large(name, largest)
    if size > max(_BOMB, _TIMES * packed):
        raise BadFile(
            f"Filen {name} packas upp till mer än {_TIMES} gånger sin storlek, och det gör ingen tabell. "
            "Kontrollera filen, eller skicka den utan att packa den.",
            f"The file {name} unpacks to more than {_TIMES} times its size, which no table does. "
            "Check the file, or send it without packing it.",
        )


def too_large(name: str, largest: int) -> BadFile:
    """The refusal of a file that unpacks to more than is taken in at once."""
    mb = max(1, largest // 1024**2)
    return BadFile(
        f"Filen {name} är större än {mb} MB uppackad. Dela den, till exempel per år.",
        f"The file {name} is larger than {mb} MB unpacked. Split it, for example by year.",
    )


def too_many_rows(name: str) -> BadFile:
    """The refusal of a file with more rows than any source has."""
    return BadFile(
        f"Filen {name} har fler än {MOST_ROWS} rader. Dela den, till exempel per år.",
        f"The file {name} has more than {MOST_ROWS} rows. Split it, for example by year.",
    )


def long_cell(name: str, row: int) -> BadFile:
    """The refusal of a row with a text that is no cell of a table."""
    return BadFile(
        f"Filen {name}, rad {row}: en cell har fler än {LONGEST_CELL} tecken. "
        "Kontrollera avgränsare och citattecken, eller korta texten.",
        f"The file {name}, row {row}: a cell has more than {LONGEST_CELL} characters. "
        "Check delimiters and quotation marks, or shorten the text.",
    )


def _long_line(name: str, line: int) -> BadFile:
    return BadFile(
        f"Filen {name}: rad {line} är längre än {LONGEST_LINE} tecken. Skriv en uppgift per rad.",
        f"The file {name}: line {line} is longer than {LONGEST_LINE} characters. Write one record a line.",
    )


def _not_text(name: str, line: int) -> BadFile:
    return BadFile(
        f"Filen {name} innehåller ett nolltecken (NUL) på rad {line} och är inte ren text. "
        "Spara den som CSV UTF-8 eller Excel (xlsx).",
        f"The file {name} has a NUL character on line {line} and is not plain text. "
        "Save it as CSV UTF-8 or Excel (xlsx).",
    )


def _broken_text(name: str, line: int, encoding: str) -> BadFile:
    shown = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]
    return BadFile(
        f"Filen {name} har ett tecken på rad {line} som inte går att läsa som {shown}. "
        "Rätta raden eller spara filen på nytt som CSV UTF-8.",
        f"The file {name} has a character on line {line} that can't be read as {shown}. "
        "Mend the line or save the file anew as CSV UTF-8.",
    )


@contextmanager
def _uncompressed(origin: Path | bytes, name: str) -> Iterator[BinaryIO]:
    with origin.open("rb") if isinstance(origin, Path) else io.BytesIO(origin) as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked, io.BufferedReader(unpacked, _BLOCK) as steady:
                yield steady
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BadFile(
                f"Gzip-filen {name} är skadad eller avbruten och går inte att packa upp. Hämta den på nytt.",
                f"The gzip file {name} is damaged or cut off and can't be unpacked. Fetch it anew.",
            ) from None


def _stamp(origin: Path | bytes) -> tuple[int, int]:
    if isinstance(origin, bytes):
        return len(origin), 0
    found = origin.stat()
    return found.st_size, found.st_mtime_ns
