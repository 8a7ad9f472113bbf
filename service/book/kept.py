"""Books that were made lately, kept in memory: a book at a position of the history never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from adapters.documents.content import Document
from adapters.vault import restricted
from domain.erasure import Erasure
from service.book.book import book_of
from service.book.year import Year, year_of
from service.register import LiveRegister
from service.wording import Language

Form = Literal["html", "pdf", "docx"]
MEDIA_TYPES: Mapping[Form, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MOST = 24
V = TypeVar("V")
_of_registers: WeakKeyDictionary[LiveRegister, Books] = WeakKeyDictionary()


class Books:
    """The books of one register. Safe to use from several threads; one book is made at a time."""

    def __init__(self, live: LiveRegister) -> None:
        self._live = live
        self._made: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._erasures = 0
        self._one_at_a_time = threading.RLock()

    def document(self, agreement: str, year: int, language: Language, at: int | None = None) -> Document:
        """The book of a year, as known at `at` (now). Raises Refused as `book` does."""
        looked_up = year_of(self._live, agreement, year, language, at=at)
        return self._book(looked_up)

    def file(self, agreement: str, year: int, language: Language, form: Form, at: int | None = None) -> bytes:
        """The book as a file."""
        looked_up = year_of(self._live, agreement, year, language, at=at)
        with self._one_at_a_time:
            document = self._book(looked_up)
            return self._kept(looked_up, form, lambda: as_file(document, form))

    def _book(self, year: Year) -> Document:
        return self._kept(year, "document", lambda: book_of(year))

    def _kept(self, year: Year, what: str, make: Callable[[], V]) -> V:
        with self._one_at_a_time:
            self._forget_erased()
            key = (restricted.get(), year.key, year.year, year.language, year.end, what)
            found: V | None = self._made.get(key)
            if found is None:
                found = self._made[key] = make()
                if len(self._made) > MOST:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return found

    def _forget_erased(self) -> None:
        """A text that was erased must not live on here."""
        erased = sum(each.standing == "approved" for each in self._live.now().every(Erasure))
        if erased != self._erasures:
            self._made.clear()
            self._erasures = erased


def books_of(live: LiveRegister) -> Books:
    """The books of a register, the same for the pages and the API."""
    return _of_registers.setdefault(live, Books(live))


def file_name(year: int, language: Language, form: Form) -> str:
    """What the file of a year's book is called."""
    return f"{'annual-review' if language == 'en' else 'arsuppfoljning'}-{year}.{form}"


def as_file(document: Document, form: Form) -> bytes:
    """A document as a file. What makes each kind is loaded only where it is used."""
    if form == "pdf":
        from adapters.documents.pdf import document_pdf

        return document_pdf(document)
    if form == "docx":
        from adapters.documents.word import document_docx

        return document_docx(document)
    from adapters.documents.html import document_html

    return document_html(document).encode()
