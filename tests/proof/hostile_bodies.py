"""Hostile bodies sent to a real server: python -m tests.proof.hostile_bodies.

Each is sent to the import of files. Printed: its size as sent, the status, the problem's type, the seconds, and the
memory (RSS, MB, of the server with the processes it starts) before, at most during, and after. At the end the
register must be as it was, and a sound file must still go in.
"""

from __future__ import annotations

import gzip
import http.client
import io
import json
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil

from tests.browser.conftest import serving
from tests.registers import furnished

MB = 1024**2
HEADER = "Område;Månad;Kategori;Antal\n"
SOUND = (HEADER + "Bäckby;2020-01;Klotter;3\n").encode()
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
ROOT = RELATIONS.replace('/worksheet"', '/officeDocument"').replace("worksheets/sheet1.xml", "xl/workbook.xml")
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
TITLES = "".join(
    f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABCD", HEADER.split(";"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A body, its file's name, and how it is sent. None in place of a body: chunks without end."""

    name: str
    file_name: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Met:
    """What the server answered, and what it cost it."""

    status: int
    problem: str
    seconds: float
    before: float
    peak: float
    after: float


def bodies() -> Iterator[Hostile]:
    """One after another: some are large."""
    yield Hostile("empty", "a.csv", b"")
    yield Hostile("only blanks", "a.csv", b" \n" * 1000)
    yield Hostile("201 MB, announced", "a.csv", b"a" * (201 * MB))
    yield Hostile("chunks without end, no length", "a.csv", None)
    yield Hostile("gzip bomb, 10 GB", "a.csv.gz", gzip_bomb(10 * 1024))
    yield Hostile("gzip bomb, one line of 1.5 GB", "a.csv.gz", gzip_bomb(1536))
    yield Hostile("gzip bomb, blank lines", "a.csv.gz", gzip_bomb(1536, b"\n" * MB))
    yield Hostile("gzip bomb, faulty rows", "a.csv.gz", gzip_bomb(512, b"1\n" * (MB // 2)))
    yield Hostile("100 million faulty rows", "a.csv", HEADER.encode() + b"1\n" * (95 * MB))
    yield Hostile("a district of its own in each row", "a.csv", _districts(4_000_000))
    yield Hostile("gzip within gzip", "a.csv.gz", gzip.compress(gzip.compress(SOUND)))
    yield Hostile("gzip, cut off", "a.csv.gz", gzip.compress(SOUND * 1000)[:-20])
    yield Hostile("deep JSON, 100 000 arrays", "a.json", b"[" * 100_000 + b"]" * 100_000)
    yield Hostile("deep JSON in a line", "a.jsonl", b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield Hostile("JSON array of 60 million", "a.json", b"[" + b"{}," * (60 * MB) + b"{}]")
    yield Hostile("JSON line of 100 MB", "a.jsonl", b'{"a": 1, "b": "' + b"x" * (100 * MB) + b'"}\n')
    yield Hostile("JSON number of 1 MB", "a.jsonl", b'{"a": 1, "b": ' + b"9" * MB + b"}\n")
    yield Hostile("JSON, a name of its own each line", "a.jsonl", _names(3_000_000))
    yield Hostile("CSV with a field of 50 MB", "a.csv", HEADER.encode() + b'"' + b"x" * (50 * MB) + b'";1;2;3\n')
    yield Hostile("CSV with a field of 50 MB in lines", "a.csv", HEADER.encode() + b'"' + b"x\n" * (25 * MB) + b'";1\n')
    yield Hostile("CSV, an open quotation mark", "a.csv", SOUND + b'"Bj' + b"\nx;y" * MB)
    yield Hostile("NUL bytes", "a.csv", SOUND + b"\0" * 1000)
    yield Hostile("wrong encoding (UTF-16 without mark)", "a.csv", SOUND.decode().encode("utf-16-le"))
    yield Hostile("wrong encoding (UTF-8, then not)", "a.csv", SOUND * 10 + b"\xff\xfe\xfd;1;2;3\n")
    yield Hostile("random bytes", "a.csv", os.urandom(MB))
    yield Hostile("a PDF", "a.csv", b"%PDF-1.7\n" + b"x" * 1000)
    yield Hostile("broken XLSX", "a.xlsx", b"PK\x03\x04" + os.urandom(10_000))
    yield Hostile("XLSX bomb, 10 GB", "a.xlsx", _xlsx(_repeated("<row/>", 10 * 1024)))
    yield Hostile("XLSX bomb, 900 MB of cells", "a.xlsx", _xlsx(_repeated("<row><c><v>1</v></c></row>", 900)))
    yield Hostile("XLSX, two cells far apart", "a.xlsx", far_apart())
    yield Hostile("XLSX, shared strings of 900 MB", "a.xlsx", _xlsx([SHEET.format("")], _strings(900)))
    yield Hostile("XLSX, an entity bomb", "a.xlsx", _xlsx([_entities()]))
    yield Hostile("ODS, a cell repeated 2 000 million times", "a.ods", _ods())
    yield Hostile("XLSX of nothing but folders", "a.xlsx", _members(50_000))


def far_apart() -> bytes:
    """A workbook of a kilobyte with a cell in its first corner and one in its last."""
    return _xlsx([SHEET.format(_far())])


def gzip_bomb(megabytes: int, block: bytes = b"0" * MB) -> bytes:
    """A header, then the block of a megabyte so many times, packed to a thousandth."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=6) as packed:
        packed.write(HEADER.encode())
        for _ in range(megabytes):
            packed.write(block)
    return made.getvalue()


def _districts(rows: int) -> bytes:
    return HEADER.encode() + b"".join(b"xxxxxxxx%d;2020-01;Klotter;1\n" % n for n in range(rows))


def _names(lines: int) -> bytes:
    return b"".join(b'{"k%d":1,"m%d":2}\n' % (n, n) for n in range(lines))


def _repeated(row: str, megabytes: int) -> Iterator[str]:
    begin, end = SHEET.format(f"<row>{TITLES}</row>|").split("|")
    yield begin
    block = row * (MB // len(row))
    for _ in range(megabytes):
        yield block
    yield end


def _far() -> str:
    return f'<row r="1">{TITLES}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def _strings(megabytes: int) -> Iterator[str]:
    yield '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    for _ in range(megabytes):
        yield "<si><t>a</t></si>" * (MB // 17)
    yield "</sst>"


def _entities() -> str:
    lines = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e12;</t></is></c><c r="B1"><v>1</v></c></row>'
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{lines}]>' + SHEET.format(cell)


def _xlsx(sheet: Any, strings: Any = None) -> bytes:
    relations = RELATIONS
    if strings is not None:
        more = (
            '<Relationship Id="r2" Target="sharedStrings.xml" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
        )
        relations = relations.replace("</Relationships>", f"{more}</Relationships>")
    parts = {"[Content_Types].xml": [CONTENT_TYPES], "_rels/.rels": [ROOT], "xl/workbook.xml": [WORKBOOK],
             "xl/_rels/workbook.xml.rels": [relations], "xl/worksheets/sheet1.xml": sheet,
             **({"xl/sharedStrings.xml": strings} if strings is not None else {})}  # fmt: skip
    return _zipped(parts)


def _ods() -> bytes:
    names = "office", "table", "text"
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    cell = (
        '<table:table-cell table:number-columns-repeated="16000" office:value-type="string">'
        "<text:p>a</text:p></table:table-cell>"
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='a'>"
        f'<table:table-row table:number-rows-repeated="125000">{cell}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return _zipped({"mimetype": [kind], "content.xml": [content], "META-INF/manifest.xml": [manifest]})


def _zipped(parts: dict[str, Any]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, blocks in parts.items():
            with packed.open(name, "w", force_zip64=True) as part:
                for block in blocks:
                    part.write(block.encode())
    return made.getvalue()


def _members(number: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for n in range(number):
            packed.writestr(f"a/{n}/", b"")
    return made.getvalue()


class Watch:
    """The memory of a process and those that it started, looked at twenty times a second."""

    def __init__(self, process: psutil.Process) -> None:
        self._process, self._going = process, True
        self.before = self.peak = memory(process)
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while self._going:
            self.peak = max(self.peak, memory(self._process))
            time.sleep(0.05)

    def end(self) -> float:
        """The memory now; stops looking."""
        self._going = False
        self._thread.join()
        return memory(self._process)


def memory(process: psutil.Process) -> float:
    """MB, of the process with its children."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += each.memory_info().rss
    return total / MB


def send(address: str, hostile: Hostile, query: dict[str, str]) -> tuple[int, str]:
    """The status, and the problem's type; status 0 where the server closed without an answer."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
    path = f"/api/v1/imports?{urlencode({'source': 'polisen', 'file_name': hostile.file_name, **query})}"
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was sent to its end
            if hostile.body is None:
                connection.request("POST", path, body=_endless(), encode_chunked=True,
                                   headers={"Transfer-Encoding": "chunked"})  # fmt: skip
            else:
                connection.request("POST", path, body=hostile.body)
        answer = connection.getresponse()
        told = json.loads(answer.read() or b"{}")
        return answer.status, str(told.get("type", told.get("file_import", "")))
    except (ConnectionError, http.client.HTTPException) as failure:
        return 0, type(failure).__name__
    finally:
        connection.close()


def _endless() -> Iterator[bytes]:
    for _ in range(400):
        yield b"x" * MB


def met(address: str, process: psutil.Process, hostile: Hostile, **query: str) -> Met:
    """Send it and watch the server."""
    watch, began = Watch(process), time.monotonic()
    status, problem = send(address, hostile, query)
    seconds = time.monotonic() - began
    return Met(status, problem, seconds, watch.before, watch.peak, watch.end())


def main() -> None:
    """All of them against one server."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "register.db"
        with furnished(f"sqlite:///{database}") as live:
            events = live.store.last_gsn()
        with serving(database) as address:
            server = _server_of(address)
            print(f"{'body':42} {'MB':>6} status {'problem':28} {'s':>6} {'before':>7} {'peak':>7} {'after':>7}")
            met(address, server, Hostile("", "a.csv", b""))  # what is loaded by the first request
            for hostile in bodies():
                size = f"{len(hostile.body) / MB:6.1f}" if hostile.body is not None else "     ∞"
                m = met(address, server, hostile)
                print(f"{hostile.name:42} {size} {m.status:6} {m.problem:28} {m.seconds:6.1f} {m.before:7.0f} "
                      f"{m.peak:7.0f} {m.after:7.0f}", flush=True)  # fmt: skip
            print(f"a sound file: {send(address, Hostile('sound', 'sund.csv', SOUND), {})}")
            print(f"events before: {events}; after the sound file: {_position(address)}")


def _server_of(address: str) -> psutil.Process:
    """The process that listens, or its parent that started it."""
    port = urlsplit(address).port
    mine = psutil.Process().children(recursive=True)
    listening = [each for each in mine if any(c.laddr.port == port for c in each.net_connections("tcp"))]
    return listening[0]


def _position(address: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", "/api/v1/position")
    return int(json.loads(connection.getresponse().read())["gsn"])


if __name__ == "__main__":
    main()
