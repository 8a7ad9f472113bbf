"""The command line's yearly book: read in the terminal, or written as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from domain.core import refuse
from service.moments import position
from service.session import Session, out
from service.wording import Language

Format = Literal["text", "html", "pdf", "docx"]
WIDTH = 110
"""Of a text file, in letters; a terminal has its own."""


@click.command()
@click.argument("year", type=click.IntRange(1990, 2100))
@click.option("--agreement", help="The agreement's key; otherwise the one in force, or the latest.")
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "pdf", "docx"]), help="Otherwise by the file's end."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; otherwise standard output.")
@click.option("--language", type=click.Choice(["sv", "en"]), help="Of the book; otherwise that of the command line.")
@click.option("--as-of", "as_of", help="The book as it was on a day (2022-03-01) or at an event number.")
@click.pass_obj
def review(
    session: Session, year: int, agreement: str | None, form: Format | None, output: Path | None,
    language: Language | None, as_of: str | None,
) -> None:  # fmt: skip
    """Show the annual review of YEAR, or write it as a file (HTML, PDF, Word)."""
    form = form or _by_name(output)
    if output is None and form in ("pdf", "docx") and sys.stdout.isatty():
        refuse(
            "needs-a-file",
            f"En {form}-fil kan inte visas i terminalen. Skriv --output arsuppfoljning-{year}.{form}.",
            f"A {form} file cannot be shown in the terminal. Write --output annual-review-{year}.{form}.",
        )
    made = _made(session, year, agreement, form, language or session.language, as_of, to_file=output is not None)
    if made is None:
        return
    if output is None:
        sys.stdout.buffer.write(made)
        return
    _write(output, made)
    session.say(f"Boken är skriven till {output}.", f"The book is written to {output}.")


def _write(output: Path, made: bytes) -> None:
    try:
        output.write_bytes(made)
    except OSError:
        refuse(
            "cannot-write",
            f"Det går inte att skriva till {output}. Välj en mapp som finns och som du får skriva i.",
            f"{output} cannot be written. Choose a folder that exists and that you may write in.",
        )


def _by_name(output: Path | None) -> Format:
    """The kind of file that the name ends with."""
    ends: dict[str, Format] = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx"}
    return ends.get(output.suffix.casefold(), "text") if output else "text"


def _made(
    session: Session, year: int, key: str | None, form: Format, language: Language, as_of: str | None, *, to_file: bool
) -> bytes | None:
    """The file; None when the book was printed on the terminal instead."""
    from adapters.documents.terminal import print_document, text_file  # the book's parts take time to load
    from service.book.book import book, chosen_agreement
    from service.book.kept import as_file

    at = position(session.live, as_of)
    document = book(session.live, chosen_agreement(session.live, key, at), year, language, at=at)
    if form != "text":
        return as_file(document, form)
    if to_file:
        return text_file(document, WIDTH).encode()
    print_document(out, document)
    return None
