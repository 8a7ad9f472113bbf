"""The year's figures beside those of the same days a year before, by category and by district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.documents.content import Block, Column, Note, Paragraph, Table
from service.book.change import Change, beyond_chance, percent, told
from service.book.figures import YearFigures
from service.book.goal_answer import pandemic
from service.book.made_up import mark
from service.book.year import Year
from service.views.scope import category_name, district_name
from service.wording import alphabetical, figure, grouped, listed


def in_short(year: Year, figures: YearFigures | None) -> str:
    """The sum and what changed for certain, in a sentence or two."""
    if figures is None:
        return year.say(
            f"Registret har inga siffror för {year.year} i en huvudserie.",
            f"The register has no figures for {year.year} in a main series.",
        )
    whole = figures.compared()
    number = grouped(whole.now, year.language)
    if whole.share is None:
        return year.say(
            f"{number} händelser {year.year}; samma dagar året före är inte kända.",
            f"{number} events in {year.year}; the same days of the year before are not known.",
        )
    change = percent(whole.share, year.language)
    beyond = whole.sure in ("fewer", "more")
    word = (
        year.say("mer än slumpen ger", "more than chance gives")
        if beyond
        else year.say("inte mer än slumpen kan ge", "no more than chance can give")
    )
    return year.say(
        f"{number} händelser {year.year}, {change} mot samma dagar året före: {word}.",
        f"{number} events in {year.year}, {change} against the same days of the year before: {word}.",
    )


def tables(year: Year, figures: YearFigures) -> list[Block]:
    """A table of categories, one of districts, and how to read them."""
    kinds = {category_name(year.register, key): change for key, change in figures.by(1).items()}
    places = {district_name(year.register, figures.of.division, key): change for key, change in figures.by(0).items()}
    by_category = _table(
        year, figures, kinds, year.say("Kategori", "Category"), year.say("per kategori", "by category")
    )
    by_district = _table(year, figures, places, year.say("Område", "District"), year.say("per område", "by district"))
    return [
        Paragraph(_beyond_chance(year, kinds, places)),
        by_category,
        by_district,
        Paragraph(_how_to_read(year, len(kinds) + len(places))),
        *(Note(text, "caution") for text in _days(year, figures)),
    ]


def _beyond_chance(year: Year, kinds: Mapping[str, Change], places: Mapping[str, Change]) -> str:
    """Which categories and districts have changed by more than chance gives."""
    conjunction, parts = year.say("och", "and"), []
    for sv, en, which in (("Fler", "More", "more"), ("Färre", "Fewer", "fewer")):
        for of, among in ((kinds, ("kategorier", "categories")), (places, ("områden", "districts"))):
            names = [name for name, change in of.items() if change.sure == which]
            if names:
                told_of = listed(names, conjunction, 8)
                parts.append(
                    year.say(
                        f"{sv} än slumpen ger, {among[0]}: {told_of}.",
                        f"{en} than chance gives, {among[1]}: {told_of}.",
                    )
                )
    return " ".join(parts) or year.say(
        "Ingen kategori och inget område har ändrats med mer än slumpen kan ge.",
        "No category and no district has changed by more than chance can give.",
    )


def _table(year: Year, figures: YearFigures, rows: Mapping[str, Change], name: str, by: str) -> Table:
    say = year.say
    columns = (
        Column(name, share=1.8),
        Column(say("Året före", "Year before"), "right"),
        Column(f"{year.year}", "right"),
        Column(say("Ändring (95 % intervall)", "Change (95% interval)"), "right", 1.8),
        Column(say("Säker?", "Sure?"), share=1.2),
    )
    ordered = sorted(rows.items(), key=lambda each: alphabetical(each[0]))
    lines = [
        *(_row(year, figures, key, change) for key, change in ordered),
        _row(year, figures, say("Alla", "All"), figures.compared()),
    ]
    first, last = figures.days
    marked = mark(year, synthetic=figures.of.synthetic)
    caption = say(
        f"Händelser {by}, {first} till {last} och samma dagar året före{marked}",
        f"Events {by}, {first} to {last} and the same days of the year before{marked}",
    )
    return Table(caption, columns, tuple(lines))


def _row(year: Year, figures: YearFigures, name: str, of: Change) -> tuple[str, ...]:
    if figures.earlier is None:
        return name, "–", grouped(of.now, year.language), "–", "–"
    before, now = grouped(of.before, year.language), grouped(of.now, year.language)
    return name, before, now, told(of, year.language), beyond_chance(of, year.language)


def _how_to_read(year: Year, rows: int) -> str:
    by_chance = figure(max(round(rows * 0.05), 1), year.language)
    return year.say(
        f"Ett ja under Säker står bara där hela intervallet ligger på en sida. Av {rows} rader väntas ändå omkring "
        f"{by_chance} få ett ja av ren slump. Intervallet täcker inte att fler eller färre anmäler.",
        f"A yes under Sure stands only where the whole interval lies on one side. Of {rows} rows about {by_chance} can "
        "still be expected to get a yes by mere chance. The interval does not cover that more or fewer report.",
    )


def _days(year: Year, figures: YearFigures) -> Iterable[str]:
    first, last = figures.days
    if figures.missing:
        yield year.say(
            f"Källan täcker {first} till {last} av året; bara de dagarna är räknade.",
            f"The source covers {first} to {last} of the year; only those days are counted.",
        )
    if figures.earlier is not None:
        told_of_it = pandemic(year, figures.days, figures.earlier)
        if told_of_it:
            yield told_of_it
