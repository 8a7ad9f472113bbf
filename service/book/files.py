"""The books of every year that has been opened for review, as files to be kept."""

from __future__ import annotations

from typing import get_args

from domain.review import Review
from service.book.kept import Form, books_of
from service.register import LiveRegister
from service.wording import Language


def book_files(live: LiveRegister, language: Language) -> dict[str, bytes]:
    """File name (`vasteras-2019-2021.pdf`) to content, for every opened review in every form."""
    books = books_of(live)
    return {
        f"{review.agreement}-{review.year}.{form}": books.file(review.agreement, review.year, language, form)
        for review in live.now().every(Review)
        for form in get_args(Form)
    }
