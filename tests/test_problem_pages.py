"""Problems, the chain, the agreement and the promises as people meet them in the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from domain.agreement import Agreement
from domain.core import Command
from domain.meeting import OpenMeeting
from domain.problem import CRITERIA, Problem
from domain.promise import Promise
from service.api.app import create_app
from service.register import LiveRegister
from service.settings import Settings
from tests.browsing import Browser
from tests.given import (
    ADOPT_PLAN,
    AGREEMENT,
    ASSESS,
    COMMIT,
    COORDINATOR,
    FOUNDED,
    OBSERVE,
    PRIORITISE,
    PROPOSE,
    PUBLISH,
    SIGNAL,
    VALUE,
)
from tests.registers import opened

NOW = datetime(2020, 12, 1, 9, tzinfo=UTC)
PROBLEM = "personran-centrum"


class Desk(Browser):
    """A browser with the register behind its pages."""

    def __init__(self, client: TestClient[Litestar], live: LiveRegister) -> None:
        self.live = live
        super().__init__(client)

    def signed_in(self, account: str) -> Desk:
        """The same browser after changing account."""
        self.open("/logga-in")
        self.send("/logga-in", account=account)
        return self

    def past(self, *commands: Command) -> Desk:
        """What has happened before."""
        for command in commands:
            self.live.ask(command, COORDINATOR)
        return self

    def read(self, path: str, status: int = 200) -> str:
        """A page's text."""
        answer = self.open(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def give(self, path: str, fields: Mapping[str, Any], *, seen_on: str = "/problem") -> Response:
        """A form with the token that every page carries, whether or not the page shows it; not followed."""
        token = re.search(r'name="_csrf_token" value="([^"]+)"', self.open(seen_on).text)
        assert token
        filled = {"_csrf_token": token[1], "command_id": "", "on": "2020-12-01", **fields}
        return self.client.post(path, data=filled, follow_redirects=False)


@pytest.fixture
def desk(fresh_sqlite: str) -> Iterator[Desk]:
    """A register of an agreement with its catalogues, one observation and one signal; the coordinator is signed in."""
    with opened(fresh_sqlite, lambda: NOW) as live:
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            yield Desk(client, live).past(*FOUNDED, OBSERVE, ASSESS)


def problem(desk: Desk, key: str = PROBLEM) -> Problem:
    """The problem as it stands."""
    found = desk.live.now().find(Problem, key)
    assert found is not None
    return found


def test_a_problem_is_proposed_from_a_signal_with_its_place_and_category_filled_in(desk: Desk) -> None:
    form = desk.read(f"/problem/ny?signal={SIGNAL}")
    assert 'value="Personrån, Centrum"' in form
    assert 'value="omraden/centrum" checked' in form
    assert f'name="signals" value="{SIGNAL}" checked' in form
    answer = desk.give("/problem/ny", {
        "agreement": AGREEMENT, "title": "Rån på Ågatan!", "description": "Kvällstid.",
        "places": ["omraden/centrum", "omraden/raby"], "categories": "personran", "signals": SIGNAL,
        "document": "Anmälningar", "document_note": "Elva anmälningar.",
    })  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/problem/ran-pa-agatan#vardering")
    made = problem(desk, "ran-pa-agatan")
    assert [(item.kind, item.ref) for item in made.evidence] == [("signal", SIGNAL), ("document", "Anmälningar")]
    assert [place.district for place in made.places] == ["centrum", "raby"]
    assert "Problemet är föreslaget" in desk.read("/problem/ran-pa-agatan")


def test_a_form_that_is_sent_twice_proposes_one_problem(desk: Desk) -> None:
    fields = {
        "agreement": AGREEMENT, "title": "Rån", "description": "Kväll.", "document": "Anmälningar", "command_id": "en",
    }  # fmt: skip
    assert [desk.give("/problem/ny", fields).headers["location"] for _ in range(2)] == ["/problem/ran#vardering"] * 2
    other = desk.give("/problem/ny", {**fields, "description": "Dagtid.", "command_id": "två"})
    assert other.headers["location"] == "/problem/ran-2#vardering"


def test_what_is_missing_is_said_and_what_was_written_stays(desk: Desk) -> None:
    answer = desk.give("/problem/ny", {"agreement": AGREEMENT, "title": "Rån", "description": "<b>Kväll</b>"})
    assert answer.status_code == 422
    assert "minst ett underlag" in answer.text
    assert 'value="Rån"' in answer.text
    assert "&lt;b&gt;Kväll" in answer.text
    assert "<b>Kväll" not in answer.text


def test_two_raters_value_a_problem_and_their_disagreement_is_said_in_words(desk: Desk) -> None:
    desk.past(PROPOSE)
    low = {f"score_{name.replace(' ', '_')}": "1" for name in CRITERIA}
    assert desk.give(f"/problem/{PROBLEM}/vardera", low).headers["location"] == f"/problem/{PROBLEM}#vardering"
    desk.signed_in("kommunpolis")
    desk.give(f"/problem/{PROBLEM}/vardera", low | {"score_harm": "4", "comment": "Flera är barn."})
    page = desk.read(f"/problem/{PROBLEM}")
    assert problem(desk).valuations["kommunpolis"]["harm"] == 4
    assert "1–4, oense" in page
    assert "Värderarna är oense om: skada." in page
    assert "Sammanlagt 10,5 av 36" in page
    assert "Flera är barn." in page


def test_a_decision_keeps_its_reason_the_alternatives_and_the_dissent_and_shows_them_years_later(
    desk: Desk,
) -> None:
    desk.past(PROPOSE, VALUE)
    fields = {
        "reason": "Störst skada.", "rank": "2", "alternatives_0_what": "Snatterier",
        "alternatives_0_reason": "Mindre skada.",
        "alternatives_2_what": "Bara polis", "alternatives_2_reason": "Räcker inte.", "dissent": "Skolan ville vänta.",
        "expected": "2",
    }  # fmt: skip
    assert desk.give(f"/problem/{PROBLEM}/prioritera", fields).status_code == 303
    assert (problem(desk).standing, problem(desk).rank) == ("prioritised", 2)
    desk.give(f"/problem/{PROBLEM}/bortprioritera", {"reason": "Löste sig.", "expected": "3"})
    page = desk.read(f"/problem/{PROBLEM}")
    for words in (
        "Störst skada.",
        "Snatterier: Mindre skada.",
        "Bara polis: Räcker inte.",
        "Skolan ville vänta.",
        "Löste sig.",
    ):
        assert words in page
    assert page.index("Löste sig.") < page.index("Störst skada.")


def test_a_decision_without_a_reason_is_refused_and_its_form_stands_open(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE)
    answer = desk.give(f"/problem/{PROBLEM}/prioritera", {"reason": " ", "rank": "1", "dissent": "Nej."})
    assert answer.status_code == 422
    assert "behöver ett skäl" in answer.text
    assert re.search(r'<details class="ds-details form" open>\s*<summary>Prioritera</summary>', answer.text)
    assert problem(desk).standing == "proposed"


def test_a_decision_on_what_has_changed_meanwhile_is_not_taken(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE)
    answer = desk.give(f"/problem/{PROBLEM}/prioritera", {"reason": "Skada.", "expected": "1"})
    assert (answer.status_code, problem(desk).standing) == (422, "proposed")
    assert "Någon annan ändrade detta" in answer.text


def test_the_chain_goes_on_with_causes_plan_and_action_and_the_broken_links_go_away(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE)
    assert "utan orsaksanalys" in desk.read("/kedjan")
    causes = {
        "causes_0_side": "victim", "causes_0_finding": "confirmed", "causes_0_cause": "Går ensamma",
        "causes_0_ground": "Enkät",
        "causes_1_side": "place/situation", "causes_1_finding": "confirmed", "method": "Platsbesök",
    }  # fmt: skip
    assert desk.give(f"/problem/{PROBLEM}/orsaker", causes).status_code == 303
    plan = {"aim": "Hälften så många.", "owner_role": "områdespolis", "owner_organisation": "LPO", "expected": "0"}
    assert desk.give(f"/problem/{PROBLEM}/plan", plan).status_code == 303
    action = {
        "title": "Fotpatrull", "description": "Fredagar.", "owner_role": "områdespolis", "owner_organisation": "LPO",
        "due_week": "2021-W05", "planned_hours": "12,5", "expected_effect": "Färre rån.", "follow_up_on": "2021-03-01",
        "follow_up_owner_role": "controller", "follow_up_measure": "Rån per månad.",
    }  # fmt: skip
    assert desk.give(f"/problem/{PROBLEM}/atgard", action).status_code == 303
    assert [cause.cause for cause in problem(desk).causes] == ["Går ensamma"]
    page = desk.read(f"/problem/{PROBLEM}")
    assert "Fotpatrull" in page
    assert "v. 5 2021" in page
    assert "utan orsaksanalys" not in desk.read("/kedjan").split('id="brutna"')[0].split("Signaler")[0]


def test_an_owner_that_is_missing_is_marked_at_its_field(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE)
    answer = desk.give(f"/problem/{PROBLEM}/plan", {"aim": "Färre.", "owner_organisation": "LPO"})
    assert answer.status_code == 422
    assert 'id="plan-owner_role-fault">Fyll i fältet.' in answer.text


def test_a_week_that_does_not_exist_is_refused_and_not_a_fault_of_ours(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE, ADOPT_PLAN)
    answer = desk.give(f"/problem/{PROBLEM}/atgard", {"title": "A", "due_week": "2021-W77"})
    assert answer.status_code == 422


def test_a_reader_sees_the_problem_without_any_form_and_cannot_send_one(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE).signed_in("lasare")
    page = desk.read(f"/problem/{PROBLEM}")
    assert f'action="/problem/{PROBLEM}' not in page
    assert desk.give(f"/problem/{PROBLEM}/vardera", {"score_harm": "4"}).status_code == 403
    assert "lasare" not in problem(desk).valuations


def test_the_past_is_shown_as_it_was_without_forms(desk: Desk) -> None:
    desk.past(PROPOSE)
    then = desk.live.store.last_gsn()
    desk.past(VALUE, PRIORITISE)
    page = desk.read(f"/problem/{PROBLEM}?as_of={then}")
    assert "Ingen har värderat problemet än" in page
    assert "Inget beslut än" in page
    assert f'action="/problem/{PROBLEM}' not in page
    assert f"/problem?as_of={then}" in page


def test_what_is_not_there_is_a_page_that_says_so(desk: Desk) -> None:
    assert "finns inte" in desk.read("/problem/ingen", status=404)
    assert desk.give(f"/problem/{PROBLEM}/nagot-annat", {}).status_code == 404


def test_the_list_groups_by_standing_and_shows_the_chain_of_each(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE)
    page = desk.read("/problem")
    assert "Prioriterade (1)" in page
    for words in ("1 underlag", "1 har värderat", "utan handlingsplan"):
        assert words in page


def test_every_page_speaks_english_too(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE, ADOPT_PLAN, COMMIT, PUBLISH)
    desk.client.get("/sprak/en", follow_redirects=False)
    paths = (
        "/problem",
        "/problem/ny",
        f"/problem/{PROBLEM}",
        "/kedjan",
        "/loften",
        "/loften/lofte-2020",
        "/overenskommelse",
    )
    for path in paths:
        page = desk.read(path)
        assert '<html lang="en"' in page
        assert not re.search(r">\s*(Underlag|Värdering|Åtgärder|Ägare|Tid|Mål|Skäl)\s*<", page), path


def form_of(page: str, path: str) -> str:
    """A form's own text."""
    found = re.search(rf'<form method="post" action="{re.escape(path)}".*?</form>', page, re.S)
    assert found
    return found[0]


def test_a_refused_form_says_why_within_itself_and_nowhere_else(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE)
    path = f"/problem/{PROBLEM}/prioritera"
    refused = desk.give(path, {"reason": ""}, seen_on=f"/problem/{PROBLEM}")
    assert refused.text.count('id="fel"') == 1
    assert 'id="fel"' in form_of(refused.text, path)
    nothing = desk.give(f"/problem/{PROBLEM}/underlag", {}, seen_on=f"/problem/{PROBLEM}")
    assert re.search(r'id="fel" autofocus>.*Underlag: Fyll i minst ett', nothing.text, re.S)


def test_a_refused_form_that_the_page_no_longer_has_is_told_at_the_top(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE)
    refused = desk.give(f"/problem/{PROBLEM}/prioritera", {"reason": "Åter."}, seen_on=f"/problem/{PROBLEM}")
    assert refused.status_code == 422
    assert refused.text.index('id="fel"') < refused.text.index('id="underlag"')


def test_a_cause_is_chosen_where_it_lies_and_two_more_are_folded(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE)
    page = desk.read(f"/problem/{PROBLEM}")
    form = form_of(page, f"/problem/{PROBLEM}/orsaker")
    assert [form.count(f'name="causes_{i}_cause"') for i in range(4)] == [1, 1, 1, 0]
    assert form.index("Fler orsaker") < form.index('name="causes_1_cause"')
    assert "selected" not in form
    assert "Åtgärder beslutas när planen är antagen." in page


def test_a_problem_leads_back_to_the_meeting_that_is_going_on(desk: Desk) -> None:
    desk.past(PROPOSE)
    assert "Till mötet som pågår" not in desk.read(f"/problem/{PROBLEM}")
    desk.past(OpenMeeting(meeting="est", agreement=AGREEMENT, on=NOW.date()))
    assert re.search(r'href="/mote/2020-W49">Till mötet som pågår', desk.read(f"/problem/{PROBLEM}"))


# The promises


def test_a_promise_is_published_and_reported_back_on_every_measure(desk: Desk) -> None:
    desk.past(PROPOSE, VALUE, PRIORITISE, ADOPT_PLAN, COMMIT)
    fields = {
        "agreement": AGREEMENT, "title": "Tryggare torg", "words": "Vi lovar.", "first_day": "2020-11-01",
        "last_day": "2020-11-30", "measures_0_what": "Vandringar", "measures_0_action": "vandringar",
        "measures_1_what": "Brev", "indicator": "Anmälda rån",
    }  # fmt: skip
    answer = desk.give("/loften/nytt", fields, seen_on="/loften")
    assert answer.headers["location"] == "/loften/tryggare-torg"
    assert "Inte återrapporterat" in desk.read("/loften")
    told = {
        "measures_0_done": "yes", "measures_0_words": "Sex.", "measures_1_done": "partly", "outcome": "unchanged",
        "words": "Som förut.",
    }  # fmt: skip
    missing = desk.give("/loften/tryggare-torg/aterrapportera", told, seen_on="/loften")
    assert missing.status_code == 422
    assert 'id="aterrapportera-measures_1_words-fault"' in missing.text
    done = desk.give("/loften/tryggare-torg/aterrapportera", told | {"measures_1_words": "Hälften."}, seen_on="/loften")
    assert done.status_code == 303
    promise = desk.live.now().find(Promise, "tryggare-torg")
    assert promise is not None
    assert promise.reported is not None
    assert [one.done for one in promise.reported.measures] == ["yes", "partly"]
    assert "Återrapporterat" in desk.read("/loften/tryggare-torg")


# The agreement


def test_the_agreement_says_how_many_days_are_left_and_what_its_goals_lack(desk: Desk) -> None:
    page = desk.read("/overenskommelse")
    assert "821 dagar kvar" in page
    assert "0 av 6 är beskrivna" in page
    assert "utgångsvärde, utgångsvärdets period, målvärde" in page
    assert "Lag (2023:196) gäller inte: den träder i kraft" in page
    assert "/andra" not in page


def test_the_administrator_gives_a_goal_its_target_and_the_rest_stands(desk: Desk) -> None:
    desk.signed_in("administrator")
    fields = {
        "reason": "Parterna enades om ett målvärde.", "goal_brott_baseline": "1 200",
        "goal_brott_baseline_period": "2019",
        "goal_brott_target": "1000,5", "items_problems": "Ur lägesbilden.", "expected": "1",
    }  # fmt: skip
    answer = desk.give(f"/overenskommelse/{AGREEMENT}/andra", fields, seen_on="/overenskommelse")
    assert answer.status_code == 303
    state = desk.live.now().find(Agreement, AGREEMENT)
    assert state is not None
    goal = state.goals[0]
    assert (goal.baseline, goal.target, goal.wording) == (1200.0, 1000.5, "Brotten ska minska.")
    page = desk.read("/overenskommelse")
    assert "Version 2" in page
    assert "1 av 6 är beskrivna" in page
    again = desk.give(f"/overenskommelse/{AGREEMENT}/andra", {**fields, "expected": "2"}, seen_on="/overenskommelse")
    assert "Inget ändras" in again.text


def test_an_agreement_that_is_ended_says_so_and_has_no_days_left(desk: Desk) -> None:
    desk.signed_in("administrator")
    fields = {"reason": "Parterna sade upp den.", "expected": "1"}
    assert desk.give(f"/overenskommelse/{AGREEMENT}/avsluta", fields, seen_on="/overenskommelse").status_code == 303
    page = desk.read("/overenskommelse")
    assert "Upphörde den 1 december 2020" in page
    assert "Parterna sade upp den." in page
    assert "dagar kvar" not in page
    assert "Ingen överenskommelse gäller i dag" in desk.signed_in("samordnare").read("/problem/ny")


def test_an_empty_register_has_its_pages_too(fresh_sqlite: str) -> None:
    with opened(fresh_sqlite, lambda: NOW) as live:
        app = create_app(live, Settings(database=fresh_sqlite))
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            empty = Desk(client, live)
            assert "Det finns inga problem än" in empty.read("/problem")
            assert "Kedjan är hel" in empty.read("/kedjan")
            assert "Ingen överenskommelse är registrerad" in empty.read("/overenskommelse")
            assert "0 av 0" in empty.read("/atgarder")
            assert "Inga medborgarlöften än" in empty.read("/loften")


def test_a_report_becomes_the_evidence_of_a_problem(desk: Desk) -> None:
    ref = next(iter(desk.live.now().states["observation"]))
    assert f'name="observations" value="{ref}" checked' in desk.read(f"/problem/ny?observation={ref}")
    fields = {"title": "Mörk gångtunnel", "description": "Trasig lampa.", "agreement": AGREEMENT, "observations": ref}
    assert desk.give("/problem/ny", fields, seen_on="/problem/ny").status_code == 303
    made = [one for one in desk.live.now().every(Problem) if one.title == "Mörk gångtunnel"]
    assert [(each.kind, each.ref) for each in made[0].evidence] == [("observation", ref)]


@pytest.mark.parametrize("expected", ["nej", "1.5", "²", "9" * 5000])
def test_a_version_that_is_none_changes_nothing_and_is_told(desk: Desk, expected: str) -> None:
    desk.past(PROPOSE)
    answer = desk.give(f"/problem/{PROBLEM}/underlag", {"document": "Karta", "expected": expected})
    assert answer.status_code == 422
    assert "Någon annan ändrade detta" in answer.text
    assert "Karta" not in [item.ref for item in problem(desk).evidence]


def test_a_page_of_the_past_takes_no_forms(desk: Desk) -> None:
    desk.past(PROPOSE)
    before = desk.live.now().position
    answer = desk.give(f"/problem/{PROBLEM}/underlag?as_of={before}", {"document": "Karta"})
    assert (answer.status_code, desk.live.now().position) == (422, before)
    assert "Det förflutna kan inte ändras" in answer.text


def test_a_command_id_that_no_page_gave_is_not_stored(desk: Desk) -> None:
    desk.past(PROPOSE)
    for odd in ("x" * 5000, "med mellanslag", "nol\0l"):
        assert (
            desk.give(f"/problem/{PROBLEM}/underlag", {"document": f"K{len(odd)}", "command_id": odd}).status_code
            == 303
        )
    assert all(len(each.command_id or "") < 64 for each in desk.live.store.stream(f"problem-{PROBLEM}"))
