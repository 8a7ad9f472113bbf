"""What people read of a register years later, as files to be kept: its history in words, and every opened book."""

from __future__ import annotations

from typing import get_args

from domain.review import Review
from service.book.kept import Form, books_of
from service.book.readable import readable_history
from service.register import LiveRegister
from service.wording import Language


def papers(live: LiveRegister, language: Language) -> dict[str, bytes]:
    """Name (`history.txt`, `book/vasteras-2019-2021.pdf`) to content: every opened review in every form."""
    books = books_of(live)
    return {"history.txt": readable_history(live, language)} | {
        f"book/{review.agreement}-{review.year}.{form}": books.file(review.agreement, review.year, language, form)
        for review in live.now().every(Review)
        for form in get_args(Form)
    }
