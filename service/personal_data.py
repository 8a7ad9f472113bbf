"""Personal data in free text: Swedish personal numbers, telephone numbers, e-mail addresses, and plainly given names.

Found by form only: what looks like one may be something else, and what is written in another way passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["personal number", "phone", "e-mail", "name"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What looks like personal data, and where it stands: text[start:end]."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> tuple[Finding, ...]:
    """What looks like personal data, in the order of the text, nothing twice."""
    taken: list[Finding] = []
    for kind, shape, is_one in _SHAPES:
        for found in shape.finditer(text):
            if is_one(found) and not any(found.start() < one.end and one.start < found.end() for one in taken):
                taken.append(Finding(kind, found.start(), found.end()))
    return tuple(sorted(taken, key=lambda one: one.start))


_DASH = "[-\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}]"
_SPACE = "[ \N{NO-BREAK SPACE}]"
# Not inside a longer number, a word (K-numbers) or an address.
_BEFORE = rf"(?<![\w/@+])(?<![0-9](?:{_DASH}|[.,:]))"
_AFTER = rf"(?![\w/@])(?!{_DASH}[0-9])(?![.,:][0-9])"

_PERSONAL_NUMBER = re.compile(
    rf"{_BEFORE}(?P<century>18|19|20)?(?P<year>[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"
    rf"(?P<mark>{_SPACE}?(?:{_DASH}|\+){_SPACE}?|{_SPACE})?(?P<last>[0-9]{{4}}){_AFTER}"
)
# 1985-07-09-9805: only with its century, and with a dash at every place
_DATED_NUMBER = re.compile(
    rf"{_BEFORE}(?P<century>18|19|20)(?P<year>[0-9]{{2}}){_DASH}(?P<month>[0-9]{{2}}){_DASH}(?P<day>[0-9]{{2}})"
    rf"(?P<mark>{_DASH})(?P<last>[0-9]{{4}}){_AFTER}"
)
_MOBILE = re.compile("07[02369][0-9]{7}")
_CLOCK = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9]")


def _is_personal_number(found: re.Match[str]) -> bool:
    """The check digit fits and the day exists. Not: a mobile number, or a day with a clock time after a space."""
    year, month, day, last = found["year"], found["month"], found["day"], found["last"]
    mark = found["mark"] or ""
    if _MOBILE.fullmatch(found[0]) or (mark and not mark.strip() and _CLOCK.fullmatch(last)):
        return False
    centuries = [found["century"]] if found["century"] else ["18", "19"] if "+" in mark else ["19", "20"]
    return _luhn(year + month + day + last) and any(_is_day(c + year, month, day) for c in centuries)


def _is_day(year: str, month: str, day: str) -> bool:
    """A coordination number has 60 added to the day."""
    number = int(day)
    try:
        date(int(year), int(month), number - 60 if number > 60 else number)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    """The check digit of a personal number (modulus 10): every other digit, from the first, is doubled."""
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


_GAP = rf"(?:{_SPACE}|{_DASH})"
_FIVE = rf"(?=(?:[0-9]{_SPACE}?){{5}})"  # after the area code: 0600-0700 are hours
_PHONE = re.compile(
    rf"{_BEFORE}(?:"
    # abroad: +46 70 123 45 67, 0046-(0)21-39 00 00
    rf"(?:\+|00)46{_GAP}?(?:\(0\))?{_GAP}?[1-9][0-9]{{0,2}}{_GAP}?[0-9]{{2,3}}(?:{_GAP}?[0-9]{{2,3}}){{1,3}}"
    # 0701234567, 070-123 45 67, 08-12 34 56, 021-39 00 00, 0220-123 45
    rf"|07[02369][0-9]{{7}}"
    rf"|(?:08|0[1-79][0-9]{{1,2}}){_SPACE}?[-/\N{{NON-BREAKING HYPHEN}}\N{{EN DASH}}]{_SPACE}?"
    rf"{_FIVE}[0-9]{{2,3}}(?:{_SPACE}?[0-9]{{2,3}}){{1,2}}(?:{_SPACE}?[0-9]{{2}})?"
    rf"|(?:08|0[1-79][0-9]{{1,2}}){_SPACE}{_FIVE}[0-9]{{2,3}}(?:{_SPACE}[0-9]{{2,3}}){{1,3}}"
    rf"|07[02369]{_SPACE}[0-9]{{7}}"
    rf"|07[02369](?:\.[0-9]{{2,3}}){{3}}"  # 070.123.45.67
    rf"){_AFTER}"
)


def _is_phone(found: re.Match[str]) -> bool:
    """7 to 10 digits after the zero, as numbers here have."""
    digits = re.sub("[^0-9]", "", found[0].replace("(0)", ""))
    national = digits.removeprefix("00").removeprefix("46") if found[0].startswith(("+", "00")) else digits[1:]
    return 7 <= len(national) <= 10


# also anna(at)exempel.se and anna [at] exempel.se
_MAIL = re.compile(r"[\w.+%-]+(?:@|[ ]?[(\[](?i:at|snabel-?a)[)\]][ ]?)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_PERSON = (
    "han|hon|hen|killen|tjejen|pojken|flickan|mannen|kvinnan|personen|ungdomen|eleven|grannen|föraren|gärningsmannen"
)
_NAME = re.compile(
    rf"\b(?i:{_PERSON})\s+(?:som\s+)?(?:heter|kallas|kallar\s+sig)\s+(?:för\s+)?"
    r"[A-ZÅÄÖÉ][\w'’-]+(?:\s+[A-ZÅÄÖÉ][\w'’-]+)*"
)


def _always(found: re.Match[str]) -> bool:
    return True


_SHAPES: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    ("personal number", _PERSONAL_NUMBER, _is_personal_number),
    ("personal number", _DATED_NUMBER, _is_personal_number),
    ("e-mail", _MAIL, _always),
    ("phone", _PHONE, _is_phone),
    ("name", _NAME, _always),
)


def found_words(text: str) -> Iterator[tuple[Kind, str]]:
    """The findings as they stand in the text."""
    for one in find(text):
        yield one.kind, text[one.start : one.end]
