"""What the yearly book says: goals, the picture, harm, safety, what was known then, and sources."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.documents.content import Block, Bullets, Facts, Figure, Note, Paragraph, Section, Table
from domain.agreement import Goal, Party, Sign
from domain.catalogue import (
    Category,
    DeclareBreak,
    District,
    DrawDivision,
    PublishCategories,
    PublishDivision,
    RegisterSource,
    Source,
)
from domain.core import Actor
from domain.file_import import Coverage, TakeIn, Tally
from domain.observation import Observe, SurveyResult, Withdraw
from domain.picture import AdjustPicture, DefineJointPicture, Finding, MakeOwnPicture
from domain.problem import Evidence
from domain.review import OpenReview
from domain.weights import FreezeWeights, ImportWeights, Weight
from service.book.change import between, change, percent
from service.book.goals import goals
from service.book.harm import harm
from service.book.known import known
from service.book.picture import picture
from service.book.safety import safety
from service.book.sources import sources
from service.book.verdict import verdict
from service.book.year import Year, year_of
from service.register import LiveRegister
from service.wording import Language
from tests.plausible import Incident, SetClock, counts_file, incident_rows
from tests.registers import BY, opened

SECTIONS: tuple[Callable[[Year], Section], ...] = (goals, picture, harm, safety, known, sources)
OFFICER = Actor(account="lars", role="kommunpolis", organisation="Lokalpolisområdet")
AGREEMENT, SOURCE = "samverkan-2020", "utdrag"
QUESTION = "Trygg ute sen kväll"
BEGUN = date(2020, 1, 1)


# A register of two districts and two categories


@contextmanager
def life(tmp_path: Path, clock: SetClock | None = None) -> Iterator[tuple[LiveRegister, SetClock]]:
    """An agreement from 2020 to 2022, and nothing else."""
    clock = clock or SetClock(datetime(2020, 1, 2, 9, tzinfo=UTC))
    with opened(f"sqlite:///{tmp_path / 'life.db'}", clock) as live:
        live.ask(signing(), BY)
        yield live, clock


def signing() -> Sign:
    """Two goals: fewer crimes, and a survey question with a target."""
    return Sign(
        agreement=AGREEMENT,
        title="Samverkansöverenskommelse",
        parties=(
            Party(organisation="Västerås stad", kind="municipality", signed_by_role="KS-ordförande"),
            Party(organisation="Lokalpolisområdet", kind="police", signed_by_role="LPO-chef"),
        ),
        first_day=BEGUN,
        last_day=date(2022, 12, 31),
        signed_on=BEGUN,
        goals=(
            Goal(key="brott", wording="Färre brott", indicator="Anmälda brott", unit="brott per år", direction="down"),
            Goal(key="trygg", wording="Tryggare", indicator=QUESTION, unit="%", target=80, direction="up"),
        ),
    )


def furnish(live: LiveRegister) -> None:
    """Districts that are drawn, categories, the main series and a survey."""
    districts = tuple(District(key=k, name=n, population=5000) for k, n in (("backby", "Bäckby"), ("raby", "Råby")))
    kinds = (Category(key="klotter", name="Klotter"), Category(key="ran", name="Rån"))
    live.ask(PublishDivision(division="omr", name="Områden", on=BEGUN, districts=districts), BY)
    squares = {k: (((x, 0.0), (x + 1.0, 0.0), (x + 1.0, 1.0), (x, 1.0)),) for k, x in (("backby", 0.0), ("raby", 1.0))}
    live.ask(DrawDivision(division="omr", on=BEGUN, outlines=squares, schematic=True, source="Egen skiss"), BY)
    live.ask(PublishCategories(on=BEGUN, reason="De första", categories=kinds), BY)
    for key, name, use in ((SOURCE, "Polisens utdrag", "main series"), ("enkat", "Stadens enkät", "survey")):
        live.ask(RegisterSource(source=key, name=name, owner="LPO", use=use, division="omr", synthetic=True), BY)


def deliver(
    live: LiveRegister, first: date, last: date, numbers: Mapping[tuple[str, str], int], mark: str = ""
) -> None:
    """A file that covers some days, with so many incidents of each district and category spread evenly over them."""
    days = (last - first).days + 1
    rows: list[tuple[str, Incident]] = [
        (f"{mark}{district}-{kind}-{first}-{n}", (district, kind, f"{first + timedelta(n * days // number)}"))
        for (district, kind), number in numbers.items()
        for n in range(number)
    ]
    state = live.now().find(Source, SOURCE)
    assert state is not None
    coverage = Coverage(
        districts=("backby", "raby"),
        categories=("klotter", "ran"),
        first=first,
        last=last,
        frequency="day",
        absent="zero",
    )
    live.ask(
        TakeIn(
            source=SOURCE,
            kind="incidents",
            file_name="utdrag.csv",
            sha256=hashlib.sha256(repr(rows).encode()).hexdigest(),
            coverage=coverage,
            tally=Tally(read=len(rows), new=len(rows), corrected=0, unchanged=0, rejected=0),
            compared_at=state.changes,
            synthetic=True,
            rows=tuple(incident_rows(rows[i : i + 1000]) for i in range(0, len(rows), 1000)),
        ),
        BY,
    )


def numbers(klotter: int, ran: int) -> dict[tuple[str, str], int]:
    """The same in both districts."""
    return {(place, kind): n for place in ("backby", "raby") for kind, n in (("klotter", klotter), ("ran", ran))}


def answered(
    live: LiveRegister, wave: str, value: float, n: int, method: str = "post", place: str | None = None
) -> None:
    """A survey result of October of the wave's year."""
    content = SurveyResult(
        indicator=QUESTION,
        wave=wave,
        fielded_on=date(int(wave[:4]), 10, 1),
        district=place,
        value=value,
        n=n,
        method=method,
    )
    live.ask(Observe(observation=f"enkat-{wave}-{place or 'hela'}", source="enkat", content=content), BY)


def four_years(live: LiveRegister, clock: SetClock) -> None:
    """Steady until 2020, half the graffiti in 2021; nine late reports; the year's last days come after it."""
    furnish(live)
    for year in (2017, 2018, 2019):
        deliver(live, date(year, 1, 1), date(year, 12, 31), numbers(300 + year % 2, 20))
    pictured(live, clock)
    clock.moment = datetime(2021, 1, 10, 9, tzinfo=UTC)
    deliver(live, date(2020, 1, 1), date(2020, 12, 31), numbers(300, 20))
    clock.moment = datetime(2021, 12, 28, 9, tzinfo=UTC)
    answered(live, "2020", 70.0, 900)
    answered(live, "2021", 84.0, 900)
    answered(live, "2021", 60.0, 90, place="raby")
    deliver(live, date(2021, 1, 1), date(2021, 12, 26), numbers(150, 20))
    clock.moment = datetime(2022, 1, 10, 9, tzinfo=UTC)
    deliver(live, date(2021, 12, 1), date(2021, 12, 31), {("raby", "klotter"): 31}, "sen-")


def pictured(live: LiveRegister, clock: SetClock) -> None:
    """The joint picture of 2021, adjusted once."""
    rests_on = (Evidence(kind="document", ref="statistik"),)
    clock.moment = datetime(2021, 1, 5, 9, tzinfo=UTC)
    findings = (Finding(key="a", words="Klotter, mest i Råby.", categories=("klotter",), evidence=rests_on),)
    for party in ("municipality", "police"):
        own = MakeOwnPicture.model_validate(
            {"agreement": AGREEMENT, "year": 2021, "on": "2021-01-04", "party": party, "findings": findings}
        )
        live.ask(own, OFFICER if party == "police" else BY)
    live.ask(DefineJointPicture(agreement=AGREEMENT, year=2021, on=date(2021, 1, 5), findings=findings), BY)
    came = (Finding(key="b", words="Rånen sker vid stationen.", categories=("ran",), evidence=rests_on),)
    live.ask(
        AdjustPicture(
            agreement=AGREEMENT, year=2021, on=date(2021, 1, 5), reason="Ny vecka", findings=came, dropped=("a",)
        ),
        BY,
    )


def open_book(live: LiveRegister, year: int = 2021) -> None:
    """The review, as known now."""
    live.ask(OpenReview(agreement=AGREEMENT, year=year, on=live.today(), as_known_at=live.now().position), BY)


def weigh(live: LiveRegister, clock: SetClock) -> None:
    """A set of weights that leaves nothing out, frozen."""
    weights = (Weight(category="klotter", weight=1), Weight(category="ran", weight=100))
    on = clock.moment.date()
    live.ask(
        ImportWeights(
            weight_set="index",
            on=on,
            name="Brottsindex",
            unit="dagar",
            cited="Kärrholm m.fl.",
            year=2020,
            weights=weights,
        ),
        BY,
    )
    live.ask(FreezeWeights(agreement=AGREEMENT, weight_set="index", on=on, reason="Antagen av styrgruppen"), BY)


# A section as text


def text_of(section: Section) -> str:
    """All that a section says."""
    return "\n".join([section.title, *map(_text, section.blocks), *map(text_of, section.parts)])


def _text(block: Block) -> str:
    match block:
        case Paragraph(text=text) | Note(text=text):
            return text
        case Bullets(items=items):
            return "\n".join(items)
        case Facts(pairs=pairs):
            return "\n".join(f"{name}: {value}" for name, value in pairs)
        case Figure(alt=alt, caption=caption):
            return f"{alt}\n{caption}"
        case Table(caption=caption, columns=columns, rows=rows):
            assert all(len(row) == len(columns) for row in rows)
            return "\n".join([caption, " | ".join(c.name for c in columns), *(" | ".join(row) for row in rows)])


def book(live: LiveRegister, year: int = 2021, language: Language = "sv") -> Year:
    return year_of(live, AGREEMENT, year, language)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRegister]:
    """The four years, weighed, with the book of 2021 opened."""
    with life(tmp_path_factory.mktemp("book")) as (live, clock):
        four_years(live, clock)
        weigh(live, clock)
        open_book(live)
        yield live


# Verdicts


@pytest.mark.parametrize(
    ("now", "moved", "target", "expected"),
    [
        ((70.0, 90.0), (-40.0, -20.0), 100.0, "reached"),
        ((110.0, 130.0), (-40.0, -20.0), 100.0, "on-way"),
        ((95.0, 105.0), (-5.0, 5.0), 100.0, "unsaid"),
        ((110.0, 130.0), (-5.0, 5.0), 100.0, "not"),
        ((110.0, 130.0), (5.0, 25.0), None, "not"),
        ((110.0, 130.0), (-25.0, -5.0), None, "on-way"),
        ((110.0, 130.0), None, None, "unsaid"),
        (None, None, 100.0, "unsaid"),
    ],
)
def test_a_verdict_stands_only_where_the_whole_interval_does(
    now: tuple[float, float] | None, moved: tuple[float, float] | None, target: float | None, expected: str
) -> None:
    assert verdict("down", now, moved, target) == expected
    mirrored = [None if side is None else (-side[1], -side[0]) for side in (now, moved)]
    assert verdict("up", mirrored[0], mirrored[1], None if target is None else -target) == expected


def test_a_change_has_the_interval_of_a_quotient_of_counts() -> None:
    found = change(150, 100, 365, 365)  # exp(log 1.5 ± 1.959964 √(1/150 + 1/100))
    assert found.share == pytest.approx(0.5)
    assert found.low == pytest.approx(0.16467, abs=1e-5)
    assert found.high == pytest.approx(0.93188, abs=1e-5)
    assert found.sure == "more"
    assert change(150, 100, 365, 365, phi=4.0).sure == "no"
    assert change(3, 2, 365, 365).share is None
    assert change(100, 100, 366, 365).share == pytest.approx(-1 / 366)


def test_changes_are_written_with_as_many_decimals_as_they_bear() -> None:
    assert percent(-0.034, "sv") == "−3,4\N{NO-BREAK SPACE}%"
    assert percent(0.27, "en") == "+27%"
    assert between(-0.12, 0.041, "sv") == "−12 till +4\N{NO-BREAK SPACE}%"
    assert between(0.001, 0.32, "en") == "+0.1% to +32.0%"


def test_goals_get_a_verdict_before_their_figures(lived: LiveRegister) -> None:
    section = goals(book(lived))
    crime, safe = section.parts
    assert isinstance(crime.blocks[0], Paragraph)
    assert crime.blocks[0].strong
    assert crime.blocks[0].text.startswith("På väg mot målet. 42")
    assert "Överenskommelsen anger ingen nivå att nå" in crime.blocks[0].text
    assert "Pandemin" in text_of(crime)
    assert "syntetiska" in text_of(crime)
    assert isinstance(safe.blocks[0], Paragraph)
    assert safe.blocks[0].text.startswith("Målet är nått.")
    assert "81,6–86,4" in text_of(safe)


def test_a_break_of_method_between_the_years_leaves_the_verdict_open(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        four_years(live, clock)
        live.ask(DeclareBreak(source=SOURCE, on=date(2020, 6, 1), reason="Nytt system"), BY)
        open_book(live)
        crime, _ = goals(book(live)).parts
        assert "Kan inte sägas. Mellan åren ligger metodbrott, 2020-06-01 (Nytt system)" in text_of(crime)


# The picture, harm, safety


def test_the_picture_tells_words_figures_charts_and_maps(lived: LiveRegister) -> None:
    section = picture(book(lived))
    words, figures, trends, maps = section.parts
    assert "Klotter, mest i Råby." in text_of(words)
    assert "Nya under året (1):\nRånen sker vid stationen." in text_of(words)
    assert "Ny vecka: 2021-01-05 (1 ny eller ändrad, 1 borttagen)." in text_of(words)
    assert "Klotter | 600 | 331 | −45\N{NO-BREAK SPACE}%" in text_of(figures)
    assert "Rån | 40 | 40 | " in text_of(figures)
    assert "Råby" in text_of(figures)
    drawn = [block for part in (trends, maps) for block in part.blocks if not isinstance(block, Paragraph)]
    assert [type(block) for block in drawn] == [Figure] * 5
    for block in drawn:
        assert isinstance(block, Figure)
        assert block.svg.startswith("<svg")
        assert "style=" not in block.svg
        assert "syntetiska uppgifter" in block.caption


def test_harm_stands_beside_the_number_with_what_it_is_cited_from(lived: LiveRegister) -> None:
    text = text_of(harm(book(lived)))
    assert "Mest skada: Rån" in text
    assert "medan Klotter är flest till antalet" in text
    assert "Klotter | 331 | 600 | 1 | 331 | 600 | 2" in text
    assert "Rån | 40 | 40 | 100 | 4\N{NO-BREAK SPACE}000 | 4\N{NO-BREAK SPACE}000 | 1" in text
    assert "Kärrholm m.fl. (2020)" in text
    assert "inte som en trend över fyra år" in text


def test_without_frozen_weights_the_book_says_so(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        four_years(live, clock)
        open_book(live)
        assert "Parterna har inte fastställt några skadevikter" in text_of(harm(book(live)))
        assert "Skada" not in text_of(goals(book(live)))


def test_safety_shows_each_wave_with_n_interval_and_what_compares(lived: LiveRegister) -> None:
    text = text_of(safety(book(lived)))
    assert "2020 | 2020-10-01 | 70,0\N{NO-BREAK SPACE}% | 67,0–73,0* | 900 | första mätningen" in text
    assert "ja: högre (+10,2 till +17,8 procentenheter)" in text
    assert "Råby | 60,0\N{NO-BREAK SPACE}% (49,9–70,1*; n 90), lägre" in text


def test_another_method_parts_two_waves(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        furnish(live)
        clock.moment = datetime(2021, 12, 28, 9, tzinfo=UTC)
        answered(live, "2020", 70.0, 900)
        answered(live, "2021", 84.0, 900, method="webb")
        text = text_of(safety(book(live)))
        assert "nej: en annan metod" in text
        assert "kan inte jämföras bakåt; tidigare mätningar gjordes på annat sätt" in text
        assert text_of(safety(book(live, 2020))).count("2021-10-01") == 0


# Known then and now, and sources


def test_what_came_after_the_year_stands_apart(lived: LiveRegister) -> None:
    text = text_of(known(book(lived)))
    assert "26 fler än vad som var känt vid årets slut och 5 från dagar som inte var levererade" in text
    assert "Klotter | 300 | 326 | +26 | 5" in text
    assert "Inga signaler restes i året." in text
    assert "Ingen fil och ingen observation som var känd vid årets slut har rättats eller dragits tillbaka." in text


def test_what_was_withdrawn_after_the_year_is_told(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        four_years(live, clock)
        live.ask(Withdraw(observation="enkat-2021-raby", reason="Fel område"), BY)
        open_book(live)
        assert "Fel område" in text_of(known(book(live)))


def test_nothing_recorded_since_is_said(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        clock.moment = datetime(2021, 1, 10, 9, tzinfo=UTC)
        open_book(live, 2020)
        assert "Inget har registrerats mellan årets sista dag 2020-12-31" in text_of(known(book(live, 2020)))


def test_sources_tell_coverage_and_where_to_look(lived: LiveRegister) -> None:
    year = book(lived)
    text = text_of(sources(year))
    assert "Polisens utdrag | LPO | huvudserie | ja | 2021-12-31 | 6 filer" in text
    assert "365 av årets 365 dagar" in text
    assert f"?as_of={year.at}" in text
    assert f"?as_of={year.then}" in text


# The whole


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_year_without_data_is_told_honestly(tmp_path: Path, language: Language) -> None:
    with life(tmp_path) as (live, clock):
        clock.moment = datetime(2021, 2, 1, 9, tzinfo=UTC)
        open_book(live, 2020)
        texts = [text_of(section(book(live, 2020, language))) for section in SECTIONS]
        assert all(len(text) > 60 for text in texts)
        assert ("Kan inte sägas" if language == "sv" else "Cannot be said") in texts[0]
        furnish(live)
        assert texts == [text_of(section(book(live, 2020, language))) for section in SECTIONS]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_happens_after_the_opening_changes_nothing(tmp_path: Path, language: Language) -> None:
    with life(tmp_path) as (live, clock):
        four_years(live, clock)
        open_book(live)
        before = [section(book(live, language=language)) for section in SECTIONS]
        clock.moment = datetime(2022, 6, 1, 9, tzinfo=UTC)
        weigh(live, clock)
        deliver(live, date(2021, 1, 1), date(2021, 12, 31), numbers(40, 40), "senare-")
        live.ask(DeclareBreak(source=SOURCE, on=date(2020, 6, 1), reason="Nytt system"), BY)
        live.ask(Withdraw(observation="enkat-2021-hela", reason="Fel"), BY)
        assert [section(book(live, language=language)) for section in SECTIONS] == before


def test_monthly_counts_are_compared_month_by_month(tmp_path: Path) -> None:
    with life(tmp_path) as (live, clock):
        furnish(live)
        months = {f"{y}-{m:02d}": 100 if y < 2021 else 60 for y in (2018, 2019, 2020, 2021) for m in range(1, 13)}
        del months["2021-12"]
        clock.moment = datetime(2022, 1, 10, 9, tzinfo=UTC)
        cells = {(place, "klotter", month): n for place in ("backby", "raby") for month, n in months.items()}
        live.ask(counts_file(live, SOURCE, cells), BY)
        open_book(live)
        texts = [text_of(section(book(live))) for section in SECTIONS]
        assert "40\N{NO-BREAK SPACE}% färre än före överenskommelsen" in texts[0]
        assert "Källan täcker 2021-01-01 till 2021-11-30 av året" in texts[0]
        assert "Klotter | 2\N{NO-BREAK SPACE}200 | 1\N{NO-BREAK SPACE}320 | −40" in texts[1]
        assert "Händelser per månad" in "".join(
            b.svg for p in picture(book(live)).parts for b in p.blocks if isinstance(b, Figure)
        )
        later = {("raby", "ran", month): 5 for month in months} | {("raby", "klotter", "2021-12"): 7}
        live.ask(counts_file(live, SOURCE, later), BY)
        assert [text_of(section(book(live))) for section in SECTIONS] == texts


def test_english_is_english(lived: LiveRegister) -> None:
    text = "\n".join(text_of(section(book(lived, language="en"))) for section in SECTIONS)
    assert "On the way to the goal" in text
    assert not [word for word in (" och ", " till ", " är ", " inte ") if word in text]
