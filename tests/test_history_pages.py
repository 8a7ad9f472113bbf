"""History, help, settings and the accessibility statement as a reader meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from domain.catalogue import Source
from domain.core import Actor
from domain.meeting import Attend, Attendee, OpenMeeting
from domain.problem import Evidence, Propose, ValueProblem
from domain.register import COMMANDS, EVENTS
from service.access import ALLOWED
from service.api.app import create_app
from service.pages.help_pages import TEMPLATES
from service.pages.rendering import HERE_FOLDER
from service.register import LiveRegister
from service.settings import Settings
from service.views.history import KINDS, Kind, Order, Wanted, chapter, choices, day_asked
from tests.given import SIGN, but
from tests.registers import BY, furnished

POLICE = Actor(account="kommunpolis", role="kommunpolis", organisation="Lokalpolisområde Västerås")
START = datetime(2020, 11, 2, 9, tzinfo=UTC)


class Days:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def later(self, days: int) -> None:
        self.now += timedelta(days=days)


@contextmanager
def lived(url: str) -> Iterator[LiveRegister]:
    """Three weeks: an agreement, two problems, reports, a meeting."""
    clock = Days()
    with furnished(url, clock) as live:
        live.ask(but(SIGN, agreement="avtal"), BY)
        for key, title in (("ran", "Rån mot unga"), ("klotter", "Klotter <b>vid</b> stationen")):
            evidence = (Evidence(kind="document", ref="pm-1"),)
            live.ask(
                Propose(
                    problem=key, on=clock.now.date(), agreement="avtal", title=title, description="Kvällstid.",
                    evidence=evidence,
                ),
                BY,
            )  # fmt: skip
        clock.later(7)
        live.ask(ValueProblem(problem="ran", on=clock.now.date(), rater="kommunpolis", scores={"harm": 4}), POLICE)
        clock.later(7)
        live.ask(OpenMeeting(meeting="m-47", agreement="avtal", on=clock.now.date()), BY)
        live.ask(Attend(meeting="m-47", attendees=(Attendee(role="samordnare", organisation="Västerås stad"),)), BY)
        yield live


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    with lived(fresh_sqlite) as register:
        yield register


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        yield c


def token(page: str) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def signed_in(client: TestClient[Litestar], account: str = "samordnare") -> TestClient[Litestar]:
    given = {"_csrf_token": token(client.get("/logga-in").text), "account": account}
    assert client.post("/logga-in", data=given, follow_redirects=False).status_code == 303
    return client


def numbers(page: str) -> list[int]:
    """The event numbers on a page, in their order."""
    return [int(gsn) for gsn in re.findall(r'<li id="h(\d+)">', page)]


# The view


def walked(live: LiveRegister, order: Order, **how: Any) -> list[int]:
    """All event numbers, a page after another."""
    found: list[int] = []
    beyond = None
    for _ in range(200):
        part = chapter(live, Wanted(), "sv", order=order, beyond=beyond, **how)
        found += [each.gsn for each in part.items]
        beyond = part.go_on
        if beyond is None:
            return found
    raise AssertionError("the pages do not end")


def test_the_pages_hold_every_event_once_from_either_end(live: LiveRegister) -> None:
    whole = list(range(1, live.store.last_gsn() + 1))
    for limit, budget in product((1, 3, 4, 100), (1, 2, 7, 10_000)):
        assert walked(live, "oldest", limit=limit, budget=budget) == whole
        assert walked(live, "newest", limit=limit, budget=budget) == whole[::-1]


def test_filters_leave_what_was_asked_for(live: LiveRegister) -> None:
    def topics(**wanted: Any) -> list[str]:
        return [each.topic for each in chapter(live, Wanted(**wanted), "sv", order="oldest").items]

    assert topics(problem="ran") == ["problem.proposed", "problem.valued"]
    assert topics(actor="KOMMUNPOLIS") == ["problem.valued"]
    assert topics(actor="Lokalpolisområde Västerås", problem="klotter") == []
    assert topics(kind="meetings") == ["meeting.opened", "meeting.attended"]
    assert topics(first=date(2020, 11, 3), last=date(2020, 11, 9)) == ["problem.valued"]
    assert topics(first=date(2020, 11, 10), kind="problems") == []
    assert len(topics(last=date.max)) == live.store.last_gsn() == len(topics(first=date.min))


def test_a_search_stops_after_its_budget_and_says_how_far_it_came(live: LiveRegister) -> None:
    part = chapter(live, Wanted(problem="klotter"), "sv", budget=3)
    assert part.items == ()
    assert part.go_on == live.store.last_gsn() - 2
    assert part.looked_to == date(2020, 11, 9)
    rest = chapter(live, Wanted(problem="klotter"), "sv", beyond=part.go_on)
    assert [each.topic for each in rest.items] == ["problem.proposed"]
    assert (rest.go_on, rest.looked_to) == (None, None)


def test_the_past_ends_where_one_looks_from(live: LiveRegister) -> None:
    then = live.gsn_on(date(2020, 11, 2))
    part = chapter(live, Wanted(), "sv", at=then)
    assert (part.items[0].gsn, part.end) == (then, then)


def test_every_kind_of_event_belongs_to_one_kind_of_the_filter() -> None:
    prefixes = [prefix for each in KINDS.values() for prefix in each]
    assert sorted(prefixes) == sorted({topic.partition(".")[0] for topic in EVENTS})
    assert set(KINDS) == set(get_args(Kind))


def test_a_day_or_a_week_is_understood_as_people_write_it() -> None:
    for text in ("2020-W46", "v. 46 2020", "vecka 46, 2020", "week 46 2020", "46 2020", "2020 v46"):
        assert day_asked(text) == (date(2020, 11, 15), "2020-W46"), text
    assert day_asked(" 2020-11-18 ") == (date(2020, 11, 18), None)
    assert day_asked("2020-W53") == (date(2021, 1, 3), "2020-W53")
    for text in ("", "2021-W53", "2020-13-01", "v. 46", "igår", "9999-99-99", "2020-11-18 eller så"):
        assert day_asked(text) is None, text


def test_names_stand_in_swedish_order(live: LiveRegister) -> None:
    assert choices(live.now()).districts == (("backby", "Bäckby"), ("raby", "Råby"))


# The pages


def test_history_tells_the_newest_first_and_the_oldest_on_request(client: TestClient[Litestar]) -> None:
    newest = signed_in(client).get("/historik").text
    assert numbers(newest) == sorted(numbers(newest), reverse=True)
    assert "antecknade deltagare" in newest or "mötet m-47" in newest
    assert "16 november 2020" in newest
    oldest = client.get("/historik?order=oldest").text
    assert numbers(oldest) == numbers(newest)[::-1]


def test_a_filter_keeps_its_values_and_can_be_taken_away(client: TestClient[Litestar]) -> None:
    page = signed_in(client).get("/historik", params={"problem": "ran", "first": "2020-11-01"}).text
    assert len(numbers(page)) == 2
    assert '<option value="ran" selected>Rån mot unga</option>' in page
    assert 'value="2020-11-01"' in page
    assert "Visa alla händelser" in page
    assert "Ingen händelse passar" in client.get("/historik?problem=inget").text


def test_what_somebody_wrote_is_shown_as_text(client: TestClient[Litestar]) -> None:
    page = signed_in(client).get("/historik", params={"actor": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert "<b>vid</b>" not in client.get("/historik").text


def test_a_week_leads_to_the_register_as_it_stood_then(client: TestClient[Litestar], live: LiveRegister) -> None:
    page = signed_in(client).get("/historik", params={"when": "v. 46 2020"}).text
    gsn = live.gsn_on(date(2020, 11, 15))
    assert f"Vid slutet av vecka 46 2020 stod registret vid händelse {gsn}." in page
    assert f'href="/lagesbild?as_of={gsn}"' in page
    assert f'href="/mote?as_of={gsn}"' in page
    assert "fanns inget i registret" in client.get("/historik?when=2019-01-01").text


def test_a_date_that_is_none_is_told_in_a_sentence_and_kept(client: TestClient[Litestar]) -> None:
    answer = signed_in(client).get("/historik", params={"first": "igår", "when": "v. 46"})
    assert answer.status_code == 422
    assert "Skriv datumet som 2020-11-18." in answer.text
    assert "eller en vecka som v. 46 2020." in answer.text
    assert 'value="v. 46"' in answer.text


def test_an_address_with_an_odd_place_to_go_on_from_is_still_a_page(client: TestClient[Litestar]) -> None:
    signed_in(client)
    for beyond, order in product(("-1", "x", "9" * 18, "9" * 400, "0", "²"), ("newest", "oldest")):
        assert client.get("/historik", params={"beyond": beyond, "order": order}).status_code == 200


def test_looking_back_the_history_and_its_export_end_there(client: TestClient[Litestar]) -> None:
    page = signed_in(client).get("/historik?as_of=4").text
    assert numbers(page) == [4, 3, 2, 1]
    assert "/api/v1/export?as_of=4" in page
    assert '<input type="hidden" name="as_of" value="4">' in page


def test_help_and_the_accessibility_statement_need_no_account_and_speak_both_languages(
    client: TestClient[Litestar],
) -> None:
    for path in TEMPLATES:
        swedish, english = client.get(path), client.get(path, headers={"accept-language": "en-GB"})
        assert swedish.status_code == english.status_code == 200
        assert 'lang="sv"' in swedish.text
        assert 'lang="en"' in english.text
        assert swedish.text.count("<h1") == 1
    assert "DOS-lagen, 2018:1937" in client.get("/tillganglighet").text
    assert signed_in(client).get("/hjalp").text.count('aria-current="page"') == 1


def test_settings_say_what_each_role_may_do(client: TestClient[Litestar]) -> None:
    assert "prioritera bort" in signed_in(client).get("/installningar").text
    reader = signed_in(client, "lasare").get("/installningar").text
    assert "Rollen läser allt men ändrar inget." in reader
    assert "/installningar/brott" not in reader
    assert "låsa skadevikter" in signed_in(client, "administrator").get("/installningar").text


def test_every_command_that_a_role_may_give_has_its_words() -> None:
    template = (HERE_FOLDER / "templates" / "settings.html").read_text()
    named = re.findall(r'(?<=[\[ ])\("([a-z-]+)", _\(', template)
    assert sorted(named) == sorted(COMMANDS)
    assert set().union(*ALLOWED.values()) <= set(named)


def test_a_change_in_the_figures_is_declared_once_and_shown(client: TestClient[Litestar], live: LiveRegister) -> None:
    page = signed_in(client).get("/installningar").text
    given = {
        "_csrf_token": token(page), "command_id": "en-gang", "source": "polisen", "on": "2020-11-01",
        "reason": "Nya koder för klotter",
    }  # fmt: skip
    for _ in range(2):  # sent twice, carried out once
        answer = client.post("/installningar/brott", data=given, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/installningar#andringar")
    source = live.now().find(Source, "polisen")
    assert source is not None
    assert source.breaks == {date(2020, 11, 1): "Nya koder för klotter"}
    page = client.get("/installningar").text
    assert "Ändringen är noterad." in page
    assert "Nya koder för klotter" in page


def test_a_change_without_a_day_or_from_a_role_that_may_not_is_refused_with_what_was_written(
    client: TestClient[Litestar], live: LiveRegister
) -> None:
    end = live.store.last_gsn()
    for account, sentence, status in (("samordnare", "Något saknas", 422), ("rapportor", "får inte göra detta", 403)):
        page = signed_in(client, account).get("/installningar").text
        given = {"_csrf_token": token(page), "source": "polisen", "on": "", "reason": "Nya koder"}
        answer = client.post("/installningar/brott", data=given)
        assert answer.status_code == status
        assert sentence in answer.text
        assert account == "rapportor" or "Nya koder" in answer.text
    assert live.store.last_gsn() == end


# The registers of the past


def test_a_past_register_is_kept_and_never_changes(live: LiveRegister) -> None:
    early = live.as_of(4)
    assert live.as_of(4) is early
    end = live.store.last_gsn()
    late = live.as_of(end)  # folded on from a copy of the early one
    assert (early.position, late.position) == (4, end)
    fresh = LiveRegister(live.store, live.tables)
    assert early == fresh.as_of(4)
    assert late == LiveRegister(live.store, live.tables).as_of(end) == live.now()
    assert late is not live.now()


def test_what_lies_after_the_end_of_the_log_is_not_kept(live: LiveRegister) -> None:
    end = live.store.last_gsn()
    assert live.as_of(end + 1).position == end
    today = live.today()
    live.ask(ValueProblem(problem="klotter", on=today, rater="samordnare", scores={"harm": 1}), BY)
    assert live.as_of(end + 1).position == end + 1


def test_only_the_eight_looked_at_last_are_kept(live: LiveRegister) -> None:
    first = live.as_of(0)
    kept = [live.as_of(gsn) for gsn in range(1, 8)]
    assert live.as_of(0) is first
    live.as_of(8)  # the one not looked at for longest goes: 1
    assert live.as_of(0) is first
    assert live.as_of(7) is kept[-1]
    assert live.as_of(1) is not kept[0]
    assert live.as_of(1) == kept[0]


def test_several_readers_of_the_past_see_the_same(live: LiveRegister) -> None:
    end = live.store.last_gsn()
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(live.as_of, [gsn for _ in range(6) for gsn in range(end + 1)]))
    assert [register.position for register in found] == [gsn for _ in range(6) for gsn in range(end + 1)]
    assert all(register == found[index % (end + 1)] for index, register in enumerate(found))
