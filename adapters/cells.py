"""The text of a cell as a number, a day, a period or a kind of report."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.period import Frequency, first_day

HERE = ZoneInfo("Europe/Stockholm")
LARGEST_COUNT = 2**31 - 1
_EARLIEST = 1900

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
REPORT_KINDS = {
    **dict.fromkeys(("incident", "händelse", "brott", "crime", "brottshändelse"), "incident"),
    **dict.fromkeys(("order disturbance", "disturbance", "ordningsstörning", "störning"), "order disturbance"),
    **dict.fromkeys(("unsafe place", "otrygg plats", "plats", "otrygghet"), "unsafe place"),
    **dict.fromkeys(("planned event", "event", "arrangemang", "planerad händelse", "evenemang"), "planned event"),
}
STATUSES = {
    **dict.fromkeys(("preliminary", "preliminär", "preliminärt", "prel", "prel."), "preliminary"),
    **dict.fromkeys(("final", "definitiv", "definitivt", "slutlig", "slutligt", "fastställd", ""), "final"),
}

_MONTH_SHAPES = (
    re.compile(r"(?P<y>\d{4})[-/.M]?(?P<m>\d{2})", re.ASCII),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d)", re.ASCII),
    re.compile(r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})[-/.]?01(?:[T ]00:00(?::00)?)?", re.ASCII),
)
_NAMED = re.compile(r"(?:(?P<y>\d{4})[ -]?(?P<m>[a-z]+)\.?|(?P<m2>[a-z]+)\.?[ -]?(?P<y2>\d{4}))", re.ASCII)
_WEEK_SHAPES = (
    re.compile(r"(?P<y>\d{4})[- ]?(?:w|v|v\.|vecka|week) ?(?P<w>\d{1,2})", re.ASCII),
    re.compile(r"(?:w|v|v\.|vecka|week) ?(?P<w>\d{1,2})[ ,/-]+(?P<y>\d{4})", re.ASCII),
)
_BARE_WEEK = re.compile(r"(?P<y>\d{4})[- /:]?(?P<w>\d{1,2})", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|(\d{2})(\d{2}))(?:[T ](.+))?", re.ASCII)
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'")


class BadCell(ValueError):  # noqa: N818 - data to report to a person, not an error of the program
    """A cell that holds something else; `code` is the fault's name (adapters.faults.WORDS)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def count(text: str) -> int:
    """A whole number, zero or more."""
    plain = text.translate(_SPACES)
    if not (plain.isascii() and plain.isdigit()):
        plain = _whole(plain)
    if len(plain) > 12 or int(plain) > LARGEST_COUNT:
        raise BadCell("too-large")
    return int(plain)


def _whole(plain: str) -> str:
    try:
        value = number(plain.replace("%", "x"))  # a share is no count
    except BadCell:
        raise BadCell("missing" if not plain else "not-a-count") from None
    if value < 0:
        raise BadCell("negative")
    if not value.is_integer():
        raise BadCell("fraction")
    return str(int(value))


def number(text: str) -> float:
    """A decimal number with comma or point; spaces, or the mark that comes first, may separate thousands."""
    plain = text.translate(_SPACES).replace("\u2212", "-").rstrip("%")
    if not plain:
        raise BadCell("missing")
    if "," in plain and "." in plain:
        thousands = "," if plain.rindex(",") < plain.rindex(".") else "."
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", plain, re.ASCII):
        raise BadCell("not-a-number")
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        raise BadCell("not-a-number")
    return value


def day(text: str, today: date) -> str:
    """The day as 2020-02-29, where the register is kept, of a date with or without a time."""
    plain = text.strip()
    if not plain:
        raise BadCell("missing")
    found = _DAY.fullmatch(plain)
    if not found:
        raise BadCell("not-a-day")
    year, month, of_month = (int(part) for part in found.groups()[:7] if part)
    try:
        on = date(year, month, of_month)
        clock = found[8]
        if clock:
            on = _local_day(on, clock.strip())
    except (ValueError, OverflowError):
        raise BadCell("not-a-day") from None
    if on.year < _EARLIEST:
        raise BadCell("not-a-day")
    if on > today:
        raise BadCell("in-future")
    return on.isoformat()


def _local_day(on: date, clock: str) -> date:
    """A time with an offset (such as UTC) may lie on another day here."""
    found = _TIME.fullmatch(clock)
    if not found:
        raise BadCell("not-a-day")
    if not found[1]:
        return on
    hour, minute = re.split(r"[:.]", clock)[:2]
    shift = "+00:00" if found[1] == "Z" else found[1]
    there = datetime.strptime(f"{on} {hour.zfill(2)}:{minute[:2]} {shift}", "%Y-%m-%d %H:%M %z")
    return there.astimezone(HERE).date()


def period(text: str, hint: Frequency | None = None) -> str:
    """A month as 2020-02 or an ISO week as 2020-W07. `hint`: what a bare 202007 is."""
    plain = " ".join(text.casefold().split())
    if not plain:
        raise BadCell("missing")
    found = _week(plain, hint) or _month(plain)
    if not found:
        raise BadCell("not-a-period")
    try:
        if first_day(found).year < _EARLIEST:
            raise BadCell("not-a-period")
    except BadCell:
        raise
    except ValueError:
        raise BadCell("no-such-week" if "W" in found else "not-a-period") from None
    return found


def period_in_year(year: str, part: str, freq: Frequency) -> str:
    """The period of a year column and a week or month column."""
    if not year.strip() or not part.strip():
        raise BadCell("missing")
    if not re.fullmatch(r"\d{4}", year.strip(), re.ASCII):
        raise BadCell("not-a-period")
    bare = re.sub(r"^(?:w|v|v\.|vecka|week) ?", "", part.strip().casefold())
    named = MONTHS.get(bare.rstrip("."))
    if freq == "month" and named:
        bare = str(named)
    if not re.fullmatch(r"\d{1,2}", bare, re.ASCII):
        return period(part, freq)  # the column holds whole periods, and the year once more
    return period(f"{year.strip()}-W{int(bare):02d}" if freq == "week" else f"{year.strip()}-{int(bare):02d}")


def _week(plain: str, hint: Frequency | None) -> str | None:
    shapes = (*_WEEK_SHAPES, _BARE_WEEK) if hint == "week" else _WEEK_SHAPES
    found = next((match for shape in shapes if (match := shape.fullmatch(plain))), None)
    return f"{found['y']}-W{int(found['w']):02d}" if found else None


def _month(plain: str) -> str | None:
    for shape in _MONTH_SHAPES:
        if found := shape.fullmatch(plain.replace("m", "M").replace("t", "T")):
            return f"{found['y']}-{int(found['m']):02d}"
    if found := _NAMED.fullmatch(plain):
        named = MONTHS.get(found["m"] or found["m2"])
        return f"{found['y'] or found['y2']}-{named:02d}" if named else None
    return None


def one_of(words: dict[str, str], text: str) -> str:
    """The word's meaning, whatever its case and spaces."""
    found = words.get(" ".join(text.casefold().split()))
    if found is None:
        raise BadCell("missing" if not text.strip() else "not-a-choice")
    return found


def words(text: str, most: int, *, needed: bool = True) -> str | None:
    """Trimmed text, or None when empty and not needed."""
    plain = text.strip()
    if not plain:
        if needed:
            raise BadCell("missing")
        return None
    if len(plain) > most:
        raise BadCell("too-long")
    return plain
