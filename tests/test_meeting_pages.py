"""The weekly meeting and the signal in a browser without JavaScript: what is shown, and what the forms do."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from domain.catalogue import RegisterSource
from domain.meeting import Meeting
from domain.observation import Observe
from domain.signal import Signal
from service.api.app import create_app
from service.register import LiveRegister
from service.settings import Settings
from tests import given as g
from tests.test_week import KEY, SENTENCE, scene

Client = TestClient[Litestar]
AT = f"/signal/{quote(KEY)}"


@pytest.fixture
def live(fresh_sqlite: str) -> Iterator[LiveRegister]:
    register, _ = scene(fresh_sqlite)
    yield register
    register.close()


@pytest.fixture
def client(live: LiveRegister, fresh_sqlite: str) -> Iterator[Client]:
    with TestClient(create_app(live, Settings(database=fresh_sqlite)), base_url="http://127.0.0.1:8000") as c:
        sign_in(c, "samordnare")
        yield c


def sign_in(client: Client, account: str) -> None:
    page = client.get("/logga-in", headers={"accept": "text/html"})
    send(client, "/logga-in", {"account": account, "till": "/mote"}, page.text)


def send(client: Client, path: str, data: dict[str, Any], page: str, **headers: str) -> Any:
    """A form sent from a page: with its token, and a command id and version where the form at that path has them."""
    form = next((f for f in re.findall(r"<form.*?</form>", page, re.S) if f'action="{html.escape(path)}"' in f), page)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return client.post(path, data=hidden | data, headers={"accept": "text/html", **headers}, follow_redirects=False)


def see(client: Client, path: str, language: str = "sv") -> str:
    answer = client.get(path, headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def opened(client: Client) -> str:
    """The page of the meeting of week 9, opened, with a role noted."""
    send(client, "/mote/2020-W09/oppna", {}, see(client, "/mote/2020-W09"))
    there = {"attendee": ["samordnare|Västerås stad"], "role": "rektor", "organisation": "Råbyskolan"}
    send(client, "/mote/2020-W09/narvaro", there, see(client, "/mote/2020-W09"))
    return see(client, "/mote/2020-W09")


def test_the_first_page_leads_to_the_week_whose_meeting_judges_the_newest_assessment(client: Client) -> None:
    answer = client.get("/mote", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mote/2020-W09")


def test_the_week_shows_its_agenda_in_order_with_counts_first(client: Client) -> None:
    page = see(client, "/mote/2020-W09")
    assert "<h1" in page
    assert "Veckomöte v. 9 2020" in page
    order = ["tallies", *(f">{n}. " for n in range(1, 9))]
    places = [page.index(mark) for mark in order]
    assert places == sorted(places)
    assert SENTENCE.sv in page
    assert "264 serier granskade; av signalerna väntas högst en vara falskt larm." in page
    assert "Hela Väster ligger högt." in page
    assert 'href="/mote/2020-W08"' in page


@pytest.mark.parametrize("path", ["/mote/2019-W01", "/mote/2021-W10", "/mote/2020-W60", "/mote/nu", "/mote/2020-08"])
def test_a_week_that_cannot_be_looked_at_is_a_page_that_says_so(client: Client, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "Finns inte" in answer.text


def test_a_closed_meeting_shows_its_minutes_and_what_was_known_then(client: Client) -> None:
    page = see(client, "/mote/2020-W08")
    assert "Sidan visar registret som det var känt när mötet slutade." in page
    assert "Minnesanteckningar" in page
    assert "förvaltare (Mimer)" in page
    assert SENTENCE.sv not in page
    assert "/mote/2020-W08/avsluta" not in page
    now = see(client, "/mote/2020-W08?nu=1")
    assert "Sidan visar veckan med det som är känt nu." in now


def test_a_past_week_without_a_meeting_can_be_walked_through(client: Client) -> None:
    page = see(client, "/mote/2020-W01")
    assert "Inget möte är infört den här veckan." in page
    assert 'href="/mote/2019-W52"' in page
    assert 'href="/mote/2020-W02"' in page


def test_the_whole_meeting_is_held_with_forms_alone(client: Client, live: LiveRegister) -> None:
    page = opened(client)
    judged = send(client, AT, {"response": "act", "finding": "true", "reason": "Stämmer.", "week": "2020-W09"}, page)
    assert (judged.status_code, judged.headers["location"]) == (303, f"/mote/2020-W09#signal-{KEY}")
    page = see(client, "/mote/2020-W09")
    assert "Bedömningen är sparad." in page
    decision = {
        "what": "Vandring i Centrum", "reason": "Signalen är riktig.", "owner_role": "kommunpolis",
        "due": "2020-03-10", "signal": KEY, "problem": "", "action": "",
    }  # fmt: skip
    decided = send(client, "/mote/2020-W09/beslut", decision, page)
    assert decided.status_code == 303
    confirm = see(client, "/mote/2020-W09/avsluta")
    assert "Bedömning: åtgärd, signalen var riktig. Skäl: Stämmer." in confirm
    closed = send(client, "/mote/2020-W09/avsluta", {}, confirm)
    assert (closed.status_code, closed.headers["location"]) == (303, "/mote/2020-W09")
    state = live.now().find(Meeting, "est-2020-w09")
    assert state is not None
    assert state.agenda is not None
    assert {one.role for one in state.attendees} == {"samordnare", "rektor"}
    assert [(one.what, one.signal) for one in state.decisions] == [("Vandring i Centrum", KEY)]
    assert any("Stämmer." in line for item in state.agenda for line in item.lines)
    assert "Mötet är avslutat" in see(client, "/mote/2020-W09")


def test_what_is_frozen_is_what_was_seen_and_not_what_came_while_it_was_read(
    client: Client, live: LiveRegister
) -> None:
    page = opened(client)
    confirm = see(client, "/mote/2020-W09/avsluta")
    send(client, AT, {"response": "watch", "finding": "open", "reason": "Sent skäl."}, page)
    assert send(client, "/mote/2020-W09/avsluta", {}, confirm).status_code == 303
    state = live.now().find(Meeting, "est-2020-w09")
    assert state is not None
    assert state.agenda is not None
    assert not any("Sent skäl." in line for item in state.agenda for line in item.lines)


def test_a_decision_that_came_meanwhile_stops_the_close(client: Client, live: LiveRegister) -> None:
    page = opened(client)
    confirm = see(client, "/mote/2020-W09/avsluta")
    send(client, "/mote/2020-W09/beslut", {"what": "Mer", "reason": "Nytt"}, page)
    answer = send(client, "/mote/2020-W09/avsluta", {}, confirm)
    assert answer.status_code == 422
    assert "Någon annan ändrade detta under tiden." in answer.text


def test_a_verdict_without_a_reason_comes_back_with_the_rule_and_what_was_given(
    client: Client, live: LiveRegister
) -> None:
    given = {"response": "watch", "finding": "explained", "explained_by": "Marknad", "reason": " ", "week": "2020-W09"}
    answer = send(client, AT, given, see(client, "/mote/2020-W09"))
    assert answer.status_code == 422
    assert "En bedömning behöver ett skäl." in answer.text
    assert 'value="Marknad"' in answer.text
    assert 'name="week" value="2020-W09"' in answer.text
    signal = live.now().find(Signal, KEY)
    assert signal is not None
    assert signal.response is None


def test_with_htmx_the_card_alone_comes_back(client: Client) -> None:
    given = {"response": "dismiss", "finding": "false", "reason": "Dubbletter.", "week": "2020-W09"}
    answer = send(client, AT, given, see(client, "/mote/2020-W09"), **{"hx-request": "true"})
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<article")
    assert "Dubbletter." in answer.text
    assert "<h1" not in answer.text


def test_a_form_sent_twice_is_carried_out_once(client: Client, live: LiveRegister) -> None:
    page = opened(client)
    for _ in range(2):
        answer = send(client, "/mote/2020-W09/beslut", {"what": "En gång", "reason": "Räcker"}, page)
        assert answer.status_code == 303
    state = live.now().find(Meeting, "est-2020-w09")
    assert state is not None
    assert len(state.decisions) == 1


def test_a_decision_without_words_comes_back_with_the_field_marked(client: Client) -> None:
    answer = send(client, "/mote/2020-W09/beslut", {"what": "", "reason": "Därför"}, opened(client))
    assert answer.status_code == 422
    assert 'id="what-fault"' in answer.text
    assert "Därför" in answer.text


@pytest.mark.parametrize(
    ("account", "judges", "decides", "opens"),
    [("lasare", False, False, False), ("kommunpolis", True, True, False), ("samordnare", True, True, True)],
)
def test_each_grade_has_the_forms_that_it_may_use(
    client: Client, account: str, judges: bool, decides: bool, opens: bool
) -> None:
    sign_in(client, account)
    assert ('action="/mote/2020-W09/oppna"' in see(client, "/mote/2020-W09")) is opens
    sign_in(client, "samordnare")
    opened(client)
    sign_in(client, account)
    page = see(client, "/mote/2020-W09")
    assert ('class="verdict"' in page) is judges
    assert ('action="/mote/2020-W09/beslut"' in page) is decides
    assert ("/mote/2020-W09/avsluta" in page) is opens


def test_a_reader_who_sends_a_form_anyway_is_told_no(client: Client, live: LiveRegister) -> None:
    sign_in(client, "lasare")
    page = see(client, "/mote/2020-W09")
    answer = send(client, AT, {"response": "act", "finding": "true", "reason": "Försök"}, page)
    assert answer.status_code == 403
    assert "får inte göra detta" in answer.text
    noted = client.app.state.keepers.log.lines(kind="refused")[0]
    assert (noted.account, noted.what) == ("lasare", "/signal/{key}")
    signal = live.now().find(Signal, KEY)
    assert signal is not None
    assert signal.response is None


def test_the_past_has_no_forms(client: Client, live: LiveRegister) -> None:
    page = see(client, f"/mote/2020-W09?as_of={live.store.last_gsn()}")
    assert 'class="verdict"' not in page
    assert "/oppna" not in page
    assert 'class="verdict"' not in see(client, f"{AT}?as_of={live.store.last_gsn()}")


@pytest.mark.parametrize(
    ("name", "begins", "kind"),
    [
        ("protokoll.pdf", b"%PDF-", "application/pdf"),
        ("protokoll.docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("kalender.ics", b"BEGIN:VCALENDAR", "text/calendar"),
    ],
)
def test_a_closed_meeting_gives_its_files(client: Client, name: str, begins: bytes, kind: str) -> None:
    answer = client.get(f"/mote/2020-W08/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.content.startswith(begins)
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get(f"/mote/2020-W09/{name}").status_code == 404


def test_the_signal_says_it_in_short_then_figures_rule_recorded_sentence_record_and_history(client: Client) -> None:
    page = see(client, AT)
    order = [
        "väntades", "/serie.svg?", "size=narrow", "Bedömning", "Regel och underlag", "Så räknades det", SENTENCE.sv,
        "Hur ofta signaler", "Liknande", "Vad som",
    ]  # fmt: skip
    places = [page.index(mark, page.index("<h1")) for mark in order]
    assert places == sorted(places)
    assert "felrisk åt vardera hållet: 0,005" in page
    assert "som de var kända vid händelse 9" in page
    assert "/omrade/centrum?category=personran" in page


def test_an_unknown_signal_is_a_page_that_says_so(client: Client) -> None:
    answer = client.get("/signal/finns-inte", headers={"accept": "text/html", "accept-language": "sv"})
    assert answer.status_code == 404
    assert "finns inte" in answer.text


@pytest.mark.parametrize("path", ["/mote/2020-W08", "/mote/2020-W09", AT])
def test_the_pages_speak_english_too(client: Client, path: str) -> None:
    page = see(client, path, "en")
    assert '<html lang="en"' in page
    for swedish in ("Förra mötets", "Signaler att", "Bedömning", "Rangordning", "Väntat", "Närvaro"):
        assert swedish not in page


def test_what_people_wrote_is_escaped(client: Client) -> None:
    page = opened(client)
    send(client, "/mote/2020-W09/beslut", {"what": "<script>alert(1)</script>", "reason": "<b>x</b>"}, page)
    page = see(client, "/mote/2020-W09")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("week", ["2021-W53", "9999-W99", "2020-W60", "nu"])
def test_a_verdict_sent_with_a_week_that_does_not_exist_leads_to_the_signal(
    client: Client, live: LiveRegister, week: str
) -> None:
    said = {"response": "act", "finding": "true", "reason": "Rapporterna stämmer.", "week": week}
    answer = send(client, AT, said, see(client, AT), **{"hx-request": "true"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/signal/{KEY}")
    signal = live.now().find(Signal, KEY)
    assert signal is not None
    assert signal.response == "act"


def test_minutes_do_not_change_with_what_comes_later_and_are_not_there_before_the_close(
    client: Client, live: LiveRegister
) -> None:
    there = [client.get("/mote/2020-W08/protokoll.docx").content]
    live.ask(Observe(observation="senare", source=g.EST, content=g.REPORT), g.COORDINATOR)
    live.ask(
        RegisterSource(source="pahitt", name="Påhittad", owner="X", use="context", division="omraden", synthetic=True),
        g.COORDINATOR,
    )
    there.append(client.get("/mote/2020-W08/protokoll.docx").content)
    assert there[0] == there[1]
    assert client.get("/mote/2020-W08/protokoll.docx", params={"as_of": 5}).status_code == 404


def test_decisions_of_the_previous_meeting_are_ticked_off_with_a_comment(client: Client, live: LiveRegister) -> None:
    assert "/mote/2020-W09/uppfoljning" not in see(client, "/mote/2020-W09")
    page = opened(client)
    assert tallied(page, "beslut att följa upp") == 1
    lacking = send(client, "/mote/2020-W09/uppfoljning", {"comment": "Två kvällar."}, page)
    assert lacking.status_code == 422
    assert 'value="Två kvällar."' in lacking.text
    said = {"outcome": "done", "comment": "Två kvällar, lugnt båda."}
    saved = send(client, "/mote/2020-W09/uppfoljning", said, page)
    assert (saved.status_code, saved.headers["location"]) == (303, "/mote/2020-W09#forra-est-2020-w08-1")
    page = see(client, "/mote/2020-W09")
    assert tallied(page, "beslut att följa upp") == 0
    assert "Uppföljt v. 9 2020. Två kvällar, lugnt båda." in page
    meeting = live.now().find(Meeting, "est-2020-w09")
    assert meeting is not None
    assert [(f.earlier, f.number, f.outcome) for f in meeting.followed_up] == [("est-2020-w08", 1, "done")]
    assert "Followed up week 9, 2020." in see(client, "/mote/2020-W09", "en-GB")
    sign_in(client, "lasare")
    assert "/mote/2020-W09/uppfoljning" not in see(client, "/mote/2020-W09")


def tallied(page: str, words: str) -> int:
    """A number of the first screen."""
    found = re.search(rf'<span class="tally-number"[^>]*>(\d+)</span> <span class="tally-words">{words}', page)
    assert found
    return int(found[1])


def test_priorities_and_actions_recorded_during_the_meeting_count_as_decided_there(
    client: Client, live: LiveRegister
) -> None:
    opened(client)
    live.ask(g.but(g.COMMIT, action="ljus", title="Ljus i tunneln", due=date(2020, 3, 20)), g.COORDINATOR)
    page = see(client, "/mote/2020-W09")
    assert "Inga beslut är antecknade." not in page
    group = page[page.index("Prioriteringar och åtgärder beslutade under mötet") :]
    assert "Ljus i tunneln" in group
    assert f"Ansvarig: {g.OWNER.role}, {g.OWNER.organisation}." in group
    confirm = see(client, "/mote/2020-W09/avsluta")
    send(client, "/mote/2020-W09/avsluta", {}, confirm)
    page = see(client, "/mote/2020-W09")
    assert "8 Prioriteringar och åtgärder beslutade under mötet" in page
    assert "Åtgärden ”Ljus i tunneln” beslutades." in page
    due = client.get("/mote/2020-W09/kalender.ics")
    assert {"20200320", "Ljus i tunneln"} <= set(re.split(r"[:\r\n]", due.text))
    assert f"Ansvarig: {g.OWNER.role}" in due.text.replace("\r\n ", "")
    assert "X-WR-CALNAME:Samverkan vecka 9 2020" in due.text
    assert due.headers["content-disposition"] == 'attachment; filename="kalender-v09-2020.ics"'
    made = client.get("/mote/2020-W09/protokoll.pdf")
    assert made.headers["content-disposition"] == 'attachment; filename="minnesanteckningar-v09-2020.pdf"'


def test_a_single_report_can_become_evidence_from_the_meeting(client: Client) -> None:
    assert "/problem/ny?observation=obs-2" in see(client, "/mote/2020-W09")
    sign_in(client, "lasare")
    assert "/problem/ny?observation=obs-2" not in see(client, "/mote/2020-W09")
