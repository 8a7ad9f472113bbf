"""A document as text on a terminal or in a text file."""

from __future__ import annotations

import io

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from adapters.documents.content import Block, Bullets, Document, Facts, Figure, Language, Note, Paragraph, Table
from adapters.documents.layout_words import WORDS, marked
from adapters.documents.signs import each_text, without_controls


def print_document(console: Console, document: Document) -> None:
    """Print a document. A picture is told by its caption and by what it shows."""
    written = each_text(document, without_controls)
    console.print(Text(written.organisation))
    console.print(Text(written.title.upper(), style="bold"))
    console.print(Text(written.subtitle))
    _print(console, written.lead, written.language)
    for number, section in enumerate(written.sections, start=1):
        console.print()
        console.rule(Text(f"{number} {section.title}", style="bold"), align="left")
        _print(console, section.blocks, written.language)
        for n, part in enumerate(section.parts, start=1):
            console.print()
            console.print(Text(f"{number}.{n} {part.title}", style="bold"))
            _print(console, part.blocks, written.language)


def text_file(document: Document, width: int) -> str:
    """The same as the content of a text file, so many letters wide."""
    console = Console(file=io.StringIO(), width=width, force_terminal=False, no_color=True)
    print_document(console, document)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _print(console: Console, blocks: tuple[Block, ...], language: Language) -> None:
    for block in blocks:
        console.print()
        match block:
            case Paragraph():
                console.print(Text(block.text, style="bold" if block.strong else ""))
            case Bullets():
                for number, item in enumerate(block.items, start=1):
                    console.print(Text(f"{number}. {item}" if block.numbered else f"- {item}"))
            case Facts():
                for name, value in block.pairs:
                    console.print(Text.assemble((f"{name}: ", "bold"), value))
            case Table():
                console.print(_grid(block))
            case Figure():
                console.print(Text(f"[{WORDS[language]['figure']}] {block.caption}"))
                console.print(Padding(Text(block.alt, style="dim"), (0, 0, 0, 4)))
            case Note():
                word = marked(block, language)
                console.print(Text(f"! {word}: {block.text}" if word else f"! {block.text}", style="bold"))


def _grid(block: Table) -> Grid:
    made = Grid(title=Text(block.caption, style="bold"), title_justify="left", show_lines=True)
    for column in block.columns:
        made.add_column(Text(column.name), justify=column.side, ratio=None, overflow="fold")
    for row in block.rows:
        made.add_row(*(Text(text) for text in row))
    return made
