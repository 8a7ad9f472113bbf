"""Every text of the pages has its English, and no English is left over."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import nodes
from jinja2.ext import babel_extract

from service.pages.rendering import environment
from service.pages.translations import LOCALE, english, translate

PAGES = LOCALE.parent
TEMPLATES = sorted((PAGES / "templates").glob("*.html"))
MODULES = sorted([*PAGES.glob("*.py"), *(PAGES.parent / "views").glob("*.py")])
CATALOGUES = sorted((LOCALE / "en").glob("*.po"))
# read as the pages read them: a text that is cut otherwise is another text
OPTIONS = {
    "extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true",
    "silent": "false",
}  # fmt: skip
Text = str | tuple[str, ...]  # with its plural, if it has one


def texts_of(path: Path) -> Iterator[Text]:
    """Every text that a file wants translated."""
    if path.suffix == ".html":
        with path.open("rb") as file:
            for _, found, _, _ in extract(babel_extract, file, options=OPTIONS):  # type: ignore[arg-type]  # any callable
                yield found if isinstance(found, str) else tuple(found)
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield from _asked_for(node)


def _asked_for(call: ast.Call) -> Iterator[Text]:
    """translate("…", language), also with one text or another; a text in a variable is found by `constants` only."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name == "translate" and call.args and not isinstance(call.func, ast.Attribute):
        yield from _choices(call.args[0])
    elif name == "ngettext":
        yield tuple(text for given in call.args[:2] for text in _choices(given))


def _choices(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from _choices(given.body)
        yield from _choices(given.orelse)


def constants() -> set[str]:
    """Every text in the modules: those of a table are translated where they are used."""
    parsed = (node for path in MODULES for node in ast.walk(ast.parse(path.read_text())))
    return {node.value for node in parsed if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def used() -> Mapping[Text, set[str]]:
    """Each text with the files that use it."""
    found: dict[Text, set[str]] = defaultdict(set)
    for path in (*TEMPLATES, *MODULES):
        for text in texts_of(path):
            found[text].add(path.name)
    return found


def messages(path: Path) -> list[Message]:
    """The texts of one catalogue with their English."""
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale="en")
    return [message for message in catalogue if message.id]


def key(message: Message) -> Text:
    """The Swedish of a message, as the sources give it."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def written(text: object) -> tuple[str, ...]:
    """One text, or one for each number."""
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, list | tuple) else ()


def blanks(text: str) -> set[str]:
    """The names that a text leaves open: %(count)s."""
    return set(re.findall(r"%\((\w+)\)s", text))


def test_every_text_has_its_english() -> None:
    there = {key(message) for message in english() if message.id}
    lacking = [
        f"{', '.join(sorted(files))}: {text}" for text, files in sorted(used().items(), key=str) if text not in there
    ]
    assert not lacking, f"{len(lacking)} texts have no English:\n" + "\n".join(lacking)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_no_english_is_left_over_empty_or_doubtful(path: Path) -> None:
    wanted = used().keys() | constants()
    faults = []
    for message in messages(path):
        if key(message) not in wanted:
            faults.append(f"is used nowhere: {message.id}")
        elif not all(text.strip() for text in written(message.string)) or message.fuzzy:
            faults.append(f"is empty or marked fuzzy: {message.id}")
    assert not faults, f"{path.name}:\n" + "\n".join(faults)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_the_english_leaves_the_same_names_open(path: Path) -> None:
    for message in messages(path):
        swedish = set().union(*map(blanks, written(message.id)))
        theirs = set().union(*map(blanks, written(message.string)))
        assert swedish == theirs, f"{path.name}: {message.id}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_swedish_stands_outside_the_translated_texts(path: Path) -> None:
    parsed = environment("sv").parse(path.read_text())
    bare = [data.data.strip() for data in parsed.find_all(nodes.TemplateData) if re.search("[åäöÅÄÖ]", data.data)]
    assert not bare, f"{path.name}: {bare}"


def test_a_text_is_read_in_either_language() -> None:
    assert translate("Historik", "sv") == "Historik"
    assert translate("Historik", "en") == "History"
    assert translate("En text som ingen har översatt", "en") == "En text som ingen har översatt"
