"""A document as HTML: a file by itself, and its inside for a page that has a frame of its own."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.environment import TemplateModule

from adapters.documents.content import Document
from adapters.documents.layout_words import WORDS, has_contents, marked
from adapters.documents.signs import each_text, without_controls

FOLDER = Path(__file__).parent


def document_html(document: Document) -> str:
    """A whole file: its styles and pictures are within, and it loads nothing from elsewhere."""
    written = each_text(document, without_controls)
    return _templates().get_template("document_file.html").render(d=written, body=document_body(document))


def document_body(document: Document) -> TemplateModule:
    """What stands below the title: lead, contents, sections from <h2> on, for `{{ body }}` in a page's template. Every
    text in it is escaped already."""
    given = {
        "d": each_text(document, without_controls),
        "words": WORDS[document.language],
        "contents": has_contents(document),
    }
    return _templates().get_template("document_body.html").make_module(given)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(picture=_picture, kind=lambda block: type(block).__name__)
    made.globals.update(marked=marked)
    return made


def _picture(svg: str) -> str:
    """A picture as an address that holds it whole: a browser runs nothing that is in it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
