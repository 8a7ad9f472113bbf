"""A small made-up register that figures come into week by week: three districts, two categories, planted surges.

The same week always has the same figures; four years of history come first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from domain.catalogue import Category, District, PublishCategories, PublishDivision, RegisterSource
from domain.period import first_day, span
from service.importing import take_in_file
from service.register import LiveRegister
from service.settings import HERE
from tests.registers import BY, DAY

DISTRICTS, CATEGORIES = ("Bäckby", "Centrum", "Råby"), ("Klotter", "Rån")
SURGES_EVERY, SURGE = 3, 25
"""One series surges in every third week, in files with surges."""
FIRST_WEEK, FIRST_MONTH = "2016-W01", "2016-01"


def at(text: str) -> datetime:
    """A moment in Swedish time; the first of two where the hour comes twice."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def founded(live: LiveRegister, *sources: str) -> None:
    """The catalogues and the sources."""
    keys = ("backby", "centrum", "raby")
    districts = tuple(District(key=key, name=name) for key, name in zip(keys, DISTRICTS, strict=True))
    live.ask(PublishDivision(division="districts", name="Områden", on=DAY, districts=districts), BY)
    kinds = (Category(key="klotter", name="Klotter"), Category(key="ran", name="Rån"))
    live.ask(PublishCategories(on=DAY, reason="De första", categories=kinds), BY)
    for key in sources:
        source = RegisterSource(source=key, name=key.title(), owner="LPO", use="main series", division="districts")
        live.ask(source, BY)


def figures(period: str, *, surges: bool = False, corrected: int | None = None) -> list[str]:
    """Rows of a file for a week or a month. corrected: what the first series is revised to."""
    random = Random(period)
    rows: list[str] = []
    for district in DISTRICTS:
        for category in CATEGORIES:
            count = sum(random.random() < 0.02 for _ in range(200))
            if surges and _number(period) % SURGES_EVERY == 0 and (district, category) == ("Råby", "Rån"):
                count = SURGE
            if corrected is not None and not rows:
                count = corrected
            rows.append(f"{district},{period},{category},{count}")
    return rows


def take(
    live: LiveRegister, source: str, first: str, last: str, *, surges: bool = False, corrected: int | None = None
) -> None:
    """Take in a file of the periods from first to last. surges: with the planted ones."""
    rows = [row for period in span(first, last) for row in figures(period, surges=surges, corrected=corrected)]
    content = "\n".join(["district,period,category,count", *rows]).encode()
    take_in_file(live, content, f"{first}-{last}.csv", source=source, by=BY)


def _number(period: str) -> int:
    return (first_day(period) - date(2020, 1, 6)) // timedelta(weeks=1)
