"""Number and harm side by side: each category's events, and what they weigh by the set that the parties froze."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.documents.content import Block, Column, Facts, Note, Paragraph, Section, Table
from domain.catalogue import Source
from domain.weights import Weighting, Weights
from service.book import made_up
from service.book.figures import Cells, YearFigures, year_figures
from service.book.weighing import frozen, harm_by_category
from service.book.year import Year
from service.views.scope import category_name
from service.wording import alphabetical, day, grouped, listed, short


def harm(year: Year) -> Section:
    """The year's events by category, in number and in harm, with both rankings."""
    title = year.say("Antal och skada", "Number and harm")
    figures, decided = year_figures(year), frozen(year)
    if figures is None:
        text = year.say(
            f"Registret har inga siffror för {year.year} i en huvudserie, så varken antal eller skada kan visas.",
            f"The register has no figures for {year.year} in a main series, so neither number nor harm can be shown.",
        )
        return Section("harm", title, (Paragraph(text, strong=True),))
    blocks: tuple[Block, ...] = (*_marks(year, figures, decided), *_told(year, figures, decided))
    return Section("harm", title, blocks)


@dataclass(frozen=True, slots=True)
class _Line:
    """A category: its events in the year and a year before, and their harm (None: not weighed)."""

    name: str
    now: float
    before: float | None
    weight: float | None
    harm: float | None
    harm_before: float | None


def _lines(year: Year, figures: YearFigures, weights: Weights | None) -> list[_Line]:
    now, before = _by_category(figures.now), _by_category(figures.before)
    harm_now, harm_then = (_weighed(cells, weights, figures) for cells in (figures.now, figures.before))
    known = figures.earlier is not None
    lines = [
        _Line(
            category_name(year.register, kind),
            now.get(kind, 0.0),
            before.get(kind, 0.0) if known else None,
            weights.weights.get(kind) if weights else None,
            harm_now.get(kind),
            harm_then.get(kind) if known else None,
        )
        for kind in figures.of.categories
    ]
    return sorted(lines, key=lambda line: (-line.now, alphabetical(line.name)))


def _by_category(cells: Cells) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for (_, kind), number in cells.items():
        found[kind] = found.get(kind, 0.0) + number
    return found


def _weighed(cells: Cells, weights: Weights | None, figures: YearFigures) -> Mapping[str, float]:
    return harm_by_category(cells, weights, figures.of.categories) if weights else {}


def _marks(year: Year, figures: YearFigures, decided: tuple[Weighting, Weights] | None) -> list[Block]:
    source = year.register.find(Source, figures.of.key)
    return [made_up.note(year)] if (source and source.synthetic) or (decided and decided[1].synthetic) else []


def _told(year: Year, figures: YearFigures, decided: tuple[Weighting, Weights] | None) -> list[Block]:
    weights = decided[1] if decided else None
    lines = _lines(year, figures, weights)
    if decided is None:
        return [Paragraph(_undecided(year), strong=True), _table(year, figures, lines, None), Note(_advice(year))]
    return [
        Paragraph(_finding(year, lines), strong=True),
        _table(year, figures, lines, decided[1]),
        *_unweighed(year, lines),
        Facts(_cited(year, *decided)),
        Note(_changed_law(year), "caution"),
    ]


def _undecided(year: Year) -> str:
    return year.say(
        "Parterna har inte fastställt några skadevikter för överenskommelsen. Därför visas bara antal, där ett "
        "lindrigt brott räknas lika mycket som ett grovt.",
        "The parties have decided on no harm weights for the agreement. So numbers alone are shown, where a slight "
        "crime counts as much as a grave one.",
    )


def _advice(year: Year) -> str:
    return year.say(
        "Vikter fastställs en gång för hela överenskommelsen, med källa och år. Välj dem innan nästa börjar, så att "
        "alla dess år vägs lika.",
        "Weights are decided once for a whole agreement, with their source and year. Choose them before the next one "
        "begins, so that all of its years are weighed alike.",
    )


def _table(year: Year, figures: YearFigures, lines: Sequence[_Line], weights: Weights | None) -> Table:
    say, now = year.say, f"{year.year}"
    columns = [
        Column(say("Kategori", "Category"), share=2.0),
        Column(say("Antal", "Number") + f" {now}", "right"),
        Column(say("Året före", "Year before"), "right"),
    ]
    if weights is not None:
        columns += [
            Column(say("Vikt", "Weight"), "right"),
            Column(say("Skada", "Harm") + f" {now}", "right"),
            Column(say("Året före", "Year before"), "right"),
            Column(say("Plats", "Rank"), "right"),
        ]
    by_harm = _ranks([line.harm for line in lines])
    rows = tuple(
        _row(year, line, harmful, weighed=weights is not None) for line, harmful in zip(lines, by_harm, strict=True)
    )
    first, last = figures.days
    what = say("Antal och skada", "Number and harm") if weights else say("Antal", "Number")
    mark = made_up.mark(year, synthetic=figures.of.synthetic)
    unit = say(
        f" Flest först. Skada i {weights.unit}; platsen är efter skada.",
        f" Most first. Harm in {weights.unit}; the rank is by harm.",
    ) if weights else ""  # fmt: skip
    caption = say(
        f"{what} per kategori, {first} till {last}{mark}.{unit}", f"{what} by category, {first} to {last}{mark}.{unit}"
    )
    return Table(caption, tuple(columns), rows)


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """1 for the greatest; equal ones share a place."""
    return [
        None if value is None else 1 + sum(other > value for other in values if other is not None) for value in values
    ]


def _row(year: Year, line: _Line, harmful: int | None, *, weighed: bool) -> tuple[str, ...]:
    def told(value: float | None) -> str:
        return "–" if value is None else grouped(value, year.language)

    plain = (line.name, told(line.now), told(line.before))
    return (*plain, told(line.weight), told(line.harm), told(line.harm_before), told(harmful)) if weighed else plain


def _finding(year: Year, lines: Sequence[_Line]) -> str:
    """The first by number, and by harm, and what share of all harm that is."""
    weighed = [(line.harm, line.name) for line in lines if line.harm]
    most = lines[0].name
    if not weighed:
        return year.say(
            f"Flest till antalet: {most}. Inget av det som räknas har en vikt.",
            f"Most in number: {most}. Nothing of what is counted has a weight.",
        )
    value, worst = max(weighed)
    share = round(100 * value / sum(each for each, _ in weighed))
    same = worst == most
    tail = (
        year.say(", som också är flest till antalet", ", which also is most in number")
        if same
        else year.say(f", medan {most} är flest till antalet", f", while {most} is most in number")
    )
    return year.say(
        f"Mest skada: {worst}, {share} % av den vägda skadan{tail}.",
        f"Most harm: {worst}, {share}% of the weighed harm{tail}.",
    )


def _unweighed(year: Year, lines: Sequence[_Line]) -> list[Block]:
    names = [line.name for line in lines if line.weight is None]
    if not names:
        return []
    told = listed(names, year.say("och", "and"), 8)
    return [
        Note(
            year.say(
                f"Utan vikt i uppsättningen, och därför utanför skadan: {told}.",
                f"Without a weight in the set, and so outside the harm: {told}.",
            ),
            "caution",
        )
    ]


def _cited(year: Year, decision: Weighting, weights: Weights) -> tuple[tuple[str, str], ...]:
    say = year.say
    facts = [
        (say("Vikter", "Weights"), weights.name),
        (say("Enhet", "Unit"), weights.unit),
        (say("Källa", "Source"), f"{short(weights.cited, 300)} ({weights.year})"),
        (say("Fastställda", "Decided"), day(decision.decided_on, year.language)),
        (say("Skäl", "Reason"), short(decision.reason, 300)),
    ]
    if decision.dissent:
        facts.append((say("Avvikande mening", "Dissent"), short(decision.dissent, 300)))
    return tuple(facts)


def _changed_law(year: Year) -> str:
    return year.say(
        "Samma vikter gäller hela överenskommelsen. Lagar och straff ändras under tiden, så skadan visas bredvid "
        "antalet för två år i taget och ritas inte som en trend över fyra år.",
        "The same weights stand for the whole agreement. Law and sentences change meanwhile, so harm is shown beside "
        "the number for two years at a time, and not drawn as a trend of four years.",
    )
