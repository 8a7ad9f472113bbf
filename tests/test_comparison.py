"""Known then beside known later: which counts differ and why, which decisions and states, and by which event."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from domain.action import Change
from domain.core import Recorded, Refused
from domain.file_import import Coverage, TakeIn, Tally, WithdrawFile
from domain.meeting import DecideAtMeeting
from domain.observation import Observe
from domain.picture import AdjustPicture
from domain.signal import Judge
from service.api.app import create_app
from service.cli import cli
from service.register import LiveRegister
from service.settings import Settings
from service.views.comparison import Asked, Comparison, both, compare, days_asked, seen
from service.views.comparison_figures import FigureRow
from tests import given as g
from tests.browsing import Browser
from tests.given import but, day
from tests.plausible import SetClock, incident_rows
from tests.registers import opened

Row = tuple[str, tuple[str, str, str]]
JANUARY = (date(2020, 1, 1), date(2020, 1, 31))
ALL = Asked(*JANUARY)


def file(name: str, last: str, rows: list[Row], corrected: tuple[int, ...] = (), compared_at: int = 0) -> TakeIn:
    """A file of incidents since New Year."""
    return TakeIn(
        source=g.EXTRACT, kind="incidents", file_name=f"{name}.csv", sha256=hashlib.sha256(name.encode()).hexdigest(),
        columns={"ref": "Nr"},
        coverage=Coverage(
            districts=("centrum", "raby", "backby"), categories=("personran", "skadegorelse"), first=day("2020-01-01"),
            last=day(last), frequency="day", absent="zero",
        ),
        tally=Tally(read=len(rows), new=len(rows) - len(corrected), corrected=len(corrected), unchanged=0, rejected=0),
        compared_at=compared_at, rows=(but(incident_rows(rows), corrects=corrected),),
    )  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A register with two moments: the gsns at the end of each."""

    live: LiveRegister
    a: int
    b: int
    judged: int
    changed: int

    def compared(self, **only: object) -> Comparison:
        earlier, later = both(self.live, f"{self.a}", f"{self.b}")
        return compare(self.live, earlier, later, Asked(*JANUARY, **only))  # type: ignore[arg-type]  # a few of its fields


FIRST = [
    ("1", ("centrum", "personran", "2020-01-02")), ("2", ("centrum", "personran", "2020-01-03")),
    ("3", ("raby", "personran", "2020-01-03")), ("4", ("raby", "skadegorelse", "2020-01-04")),
]  # fmt: skip
EXTRA = [("9", ("backby", "skadegorelse", "2020-01-05"))]
SECOND = [
    ("1", ("centrum", "skadegorelse", "2020-01-02")),  # another category: revised
    ("5", ("centrum", "personran", "2020-01-10")),  # of days that had been told of: late
    ("6", ("centrum", "personran", "2020-01-25")),  # of days that no file had told of: added
    ("7", ("raby", "personran", "2020-02-03")),  # outside the days that are asked for
]


@pytest.fixture
def scene(fresh_sqlite: str) -> Iterator[Scene]:
    clock = SetClock(datetime(2020, 2, 3, 9, tzinfo=UTC))
    with opened(fresh_sqlite, clock) as live:
        for command in (*g.FOUNDED, g.OBSERVE, file("ett", "2020-01-19", FIRST), g.ASSESS, g.PROPOSE):
            live.ask(command, g.COORDINATOR)
        live.ask(file("extra", "2020-01-19", EXTRA, compared_at=1), g.COORDINATOR)
        a = live.store.last_gsn()
        clock.moment = datetime(2020, 3, 2, 9, tzinfo=UTC)
        extra = list(live.now().states["import"])[-1]
        live.ask(file("tva", "2020-02-09", SECOND, corrected=(0,), compared_at=2), g.COORDINATOR)
        live.ask(WithdrawFile(file_import=extra, reason="Fel fil."), g.COORDINATOR)
        for decided in (g.VALUE, g.PRIORITISE, g.ADOPT_PLAN, g.COMMIT):
            live.ask(decided, g.COORDINATOR)
        verdict = Judge(signal=g.SIGNAL, on=day("2020-03-01"), response="watch", finding="true", reason="Rån i gången")
        judged = live.ask(verdict, g.COORDINATOR).last_gsn
        changed = live.ask(
            Change(action="vandringar", on=day("2020-03-01"), reason="Fler elevråd", due=day("2020-10-31")),
            g.COORDINATOR,
        ).last_gsn  # fmt: skip
        yield Scene(live, a, live.store.last_gsn(), judged, changed)


# Figures


def of(found: Comparison) -> dict[tuple[str, str], tuple[int, ...]]:
    """(before, after, added, late, revised, withdrawn) of each series that differs."""
    return {(r.district, r.category): _numbers(r) for r in found.figures.rows}


def _numbers(r: FigureRow) -> tuple[int, ...]:
    assert r.difference == r.added + r.late + r.revised + r.withdrawn
    return r.before, r.after, r.added, r.late, r.revised, r.withdrawn


def test_late_revised_added_and_withdrawn_are_told_apart_and_what_is_the_same_is_left_out(scene: Scene) -> None:
    found = scene.compared()
    assert of(found) == {
        ("centrum", "personran"): (2, 3, 1, 1, -1, 0),
        ("centrum", "skadegorelse"): (0, 1, 0, 0, 1, 0),
        ("backby", "skadegorelse"): (1, 0, 0, 0, 0, -1),
    }
    (total,) = found.sums
    assert (total.before, total.after, total.difference) == (5, 6, 1)
    assert (total.added, total.late, total.revised, total.withdrawn) == (1, 1, 0, -1)


def test_only_one_district_or_category_can_be_asked_for(scene: Scene) -> None:
    assert set(of(scene.compared(district="backby"))) == {("backby", "skadegorelse")}
    assert set(of(scene.compared(category="personran"))) == {("centrum", "personran")}
    assert scene.compared(source="nej").figures.rows == ()
    assert scene.compared(kind="problem").figures.sums == ()


def test_counts_that_are_corrected_or_withdrawn_differ_by_their_value(fresh_sqlite: str) -> None:
    with opened(fresh_sqlite, lambda: datetime(2020, 3, 2, 9, tzinfo=UTC)) as live:
        for command in (*g.FOUNDED, g.TAKE_IN):
            live.ask(command, g.COORDINATOR)
        a = live.store.last_gsn()
        rows = but(g.TAKE_IN.rows[0], count=(12, 2), corrects=(0,), district=(0, 1))
        tally = but(g.TAKE_IN.tally, new=1, corrected=1)
        revised = but(g.TAKE_IN, sha256="cd" * 32, rows=(but(rows, districts=("centrum", "backby")),), tally=tally,
                      compared_at=1, file_name="rattad.csv")  # fmt: skip
        live.ask(revised, g.COORDINATOR)
        earlier, later = both(live, f"{a}", None)
        found = compare(live, earlier, later, Asked(*JANUARY))
        assert of(found) == {("centrum", "personran"): (9, 12, 0, 0, 3, 0), ("backby", "personran"): (0, 2, 0, 2, 0, 0)}


# Decisions and states


def test_each_fact_that_differs_has_what_it_was_what_it_is_and_its_event(scene: Scene) -> None:
    told = {(one.kind, one.fact): one for one in scene.compared().differences}
    standing = told["problem", "standing"]
    assert (standing.before and standing.before.sv, standing.after and standing.after.sv) == (
        "föreslagen",
        "prioriterad",
    )
    assert (
        standing.sentence.sv
        == "Problembilden ”Personrån mot unga i centrum”: ställningen var föreslagen, är prioriterad."
    )
    assert told["problem", "rank"].sentence.en.endswith("the rank was missing, is 1.")
    verdict = told["signal", "verdict"]
    assert verdict.gsn == scene.judged
    assert verdict.sentence.sv.endswith("bedömningen var inte bedömd, är bevaka (riktig).")
    assert told["signal", "reason"].sentence.sv.endswith("skälet saknades, är ”Rån i gången”.")
    new = told["action", "new"]
    assert new.sentence.sv == "Åtgärden ”Trygghetsvandringar”: fanns inte; nu: beslutad."
    assert new.gsn < scene.changed


def test_at_a_past_day_it_is_told_what_was_so_later_and_not_what_is_so_now(scene: Scene) -> None:
    earlier, later = both(scene.live, f"{scene.a}", f"{scene.judged}")
    told = {(one.kind, one.fact): one.sentence for one in compare(scene.live, earlier, later, ALL).differences}
    assert told["action", "new"].sv == "Åtgärden ”Trygghetsvandringar”: fanns inte då; senare: beslutad."
    assert told["signal", "verdict"].en.endswith("the verdict was not judged, later watch (right).")
    assert told["problem", "rank"].sv.endswith("platsen i ordningen saknades då, senare 1.")


def test_what_is_new_is_dated_by_the_event_that_made_it_what_it_was_at_the_later_moment(scene: Scene) -> None:
    earlier, later = both(scene.live, "0", f"{scene.b}")
    new = {one.key: one for one in compare(scene.live, earlier, later, ALL).differences if one.fact == "new"}
    topics = {one.kind: _topic(scene.live, one.gsn) for one in new.values()}
    assert (topics["problem"], topics["signal"], topics["action"]) == (
        "problem.prioritised",
        "signal.judged",
        "action.committed",
    )
    assert new[g.SIGNAL].gsn == scene.judged


def _topic(live: LiveRegister, gsn: int) -> str:
    (recorded,) = live.store.read(gsn - 1, limit=1)
    assert isinstance(recorded, Recorded)
    return recorded.event.TOPIC


def test_pictures_and_decisions_of_meetings_are_told_and_counted_with_their_words(scene: Scene) -> None:
    before = scene.live.store.last_gsn()
    adjust = AdjustPicture(
        agreement=g.AGREEMENT, year=2020, on=day("2020-02-18"), reason="Lugnare veckor.", dropped=("ran-centrum",)
    )  # fmt: skip
    decide = DecideAtMeeting(
        meeting="est-2020-v08", what="Fotpatrull i centrum.", reason="Rånen.", owner_role="kommunpolis",
        due=day("2020-03-03"), signal=g.SIGNAL,
    )  # fmt: skip
    for command in (g.CITY_PICTURE, g.POLICE_PICTURE, g.JOINT_PICTURE, adjust, g.OPEN_MEETING, g.ATTEND):
        scene.live.ask(command, g.OFFICER if command is g.POLICE_PICTURE else g.COORDINATOR)
    decided = scene.live.ask(decide, g.COORDINATOR).last_gsn
    earlier, later = both(scene.live, f"{before}", None)
    found = compare(scene.live, earlier, later, ALL)
    assert [(one.kind, one.fact) for one in found.differences] == [
        ("picture", "joint"),
        ("picture", "adjusted"),
        ("meeting", "decision"),
    ]
    assert found.of("picture")[1].sentence.sv == (
        "Lägesbilden 2020: justering 1, ”Lugnare veckor” (1 gäller inte längre)."
    )
    decision = found.of("meeting")[0]
    assert decision.gsn == decided
    assert decision.sentence.sv == (
        "Veckomötet v. 8 2020: beslut 1, ”Fotpatrull i centrum” (ansvarig kommunpolis, senast den 3 mars 2020)."
    )
    nearby = Asked(*JANUARY, district="raby")
    assert compare(scene.live, earlier, later, nearby).of("meeting") == ()
    assert compare(scene.live, later, later, ALL).differences == ()


def test_a_fact_is_dated_by_its_own_event_and_not_by_the_last_of_its_stream(scene: Scene) -> None:
    earlier, later = both(scene.live, f"{scene.changed - 1}", f"{scene.b}")
    found = compare(scene.live, earlier, later, Asked(*JANUARY))
    assert [(one.kind, one.fact, one.gsn) for one in found.differences] == [("action", "due", scene.changed)]
    assert found.differences[0].sentence.en.endswith("the due day was 30 September 2020, is 31 October 2020.")


def test_decisions_are_chosen_by_kind_and_by_what_they_are_about(scene: Scene) -> None:
    assert {one.kind for one in scene.compared(kind="signal").differences} == {"signal"}
    assert scene.compared(district="raby").differences == ()
    assert {one.kind for one in scene.compared(district="centrum").differences} == {"problem", "action", "signal"}


def test_between_a_moment_and_itself_nothing_differs(scene: Scene) -> None:
    moment = seen(scene.live, f"{scene.b}")
    found = compare(scene.live, moment, moment, Asked(*JANUARY))
    assert (found.figures.rows, found.differences) == ((), ())


# Moments


def test_a_moment_is_a_day_a_week_or_a_number_and_the_earlier_one_comes_first(scene: Scene) -> None:
    live = scene.live
    assert seen(live, "2020-02-03").gsn == seen(live, "v. 6 2020").gsn == seen(live, f"{scene.a}").gsn == scene.a
    assert [each.gsn for each in both(live, f"{scene.b}", "2020-02-10")] == [scene.a, scene.b]
    earlier, later = both(live, None, None)
    assert (earlier.text, earlier.gsn, later.gsn) == ("2019-12-31", 0, scene.b)
    for wrong in ("igår", "2020-W60", "99999999"):
        with pytest.raises(Refused, match="event number from 0"):
            seen(live, wrong)


def test_the_days_are_the_twelve_whole_months_before_the_earlier_moment_unless_given(scene: Scene) -> None:
    at = seen(scene.live, "2020-03-15")
    assert days_asked(at, None, None) == (date(2019, 3, 1), date(2020, 2, 29))
    assert days_asked(at, "2020-W02", "2020-01") == (date(2020, 1, 6), date(2020, 1, 31))
    for first, last in (("nej", None), ("2020-03", "2020-01")):
        with pytest.raises(Refused):
            days_asked(at, first, last)


# The page, the file, the API and the command line


@pytest.fixture
def client(scene: Scene, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(scene.live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as found:
        yield found


def test_the_page_shows_both_moments_the_counts_and_the_decisions(client: TestClient[Litestar], scene: Scene) -> None:
    browser = Browser(client)
    browser.open(f"/jamfor?a={scene.a}&b={scene.b}&first=2020-01&last=2020-01")
    assert "Då var 5 kända, senare 6: +1. 3 serier skiljer." in browser.words
    assert "ställningen var föreslagen, är prioriterad" in browser.words
    assert f'/historik?beyond={scene.judged + 1}#h{scene.judged}"' in browser.at.text
    browser.open("/jamfor?a=nej")
    assert browser.at.status_code == 422
    assert "Skriv en dag som 2020-11-18" in browser.words


def test_looked_at_as_it_was_the_page_goes_no_further(client: TestClient[Litestar], scene: Scene) -> None:
    browser = Browser(client)
    browser.open(f"/jamfor?a=0&as_of={scene.a}")
    assert "prioriterad" not in browser.words
    assert browser.open(f"/jamfor?b={scene.b}&as_of={scene.a}").status_code == 422
    assert f'href="/jamfor?a={scene.a}"' in browser.open(f"/mote?as_of={scene.a}").text


def test_the_file_has_a_line_for_each_series_and_no_formula(client: TestClient[Litestar], scene: Scene) -> None:
    browser = Browser(client)
    answer = browser.open(f"/jamfor.csv?a={scene.a}&b={scene.b}&first=2020-01&last=2020-01")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 3
    assert {(r["Område"], r["Kategori"], r["Skillnad"], r["Sena"], r["Syntetiska"]) for r in rows} >= {
        ("Centrum", "Personrån", "1", "1", "nej")
    }
    assert browser.open("/jamfor.csv?a=nej").status_code == 422


def test_the_api_and_the_command_line_give_the_same(
    client: TestClient[Litestar], scene: Scene, fresh_sqlite: str
) -> None:
    asked = {"a": f"{scene.a}", "b": f"{scene.b}", "first": "2020-01", "last": "2020-01"}
    answer = client.get("/api/v1/views/comparison", params=asked)
    assert answer.status_code == 200, answer.text
    line = ["--database", fresh_sqlite, "compare", asked["a"], asked["b"], "--first", "2020-01", "--last", "2020-01"]
    printed = CliRunner().invoke(cli, [*line, "--json"])
    assert json.loads(printed.output) == answer.json()
    told = CliRunner().invoke(cli, ["--language", "en", *line]).output
    assert "5 known, then 6 (+1): +1 new, +1 late, +0 revised, -1 withdrawn" in told
    assert told.index(f"#{scene.judged}  The signal") < told.index("5 known, then 6")
    assert "+1  Personrån (1 series)" in told
    series = "Personrån, Centrum"
    assert series not in told
    assert series in CliRunner().invoke(cli, [*line, "--series"]).output
    assert client.get("/api/v1/views/comparison", params={"a": "nej"}).status_code == 422


def test_reports_are_no_figures_and_do_not_count(scene: Scene) -> None:
    scene.live.ask(Observe(observation="obs-2", source=g.EST, content=g.REPORT), g.COORDINATOR)
    earlier, later = both(scene.live, f"{scene.b}", None)
    assert compare(scene.live, earlier, later, Asked(*JANUARY)).figures.rows == ()
