"""What happens in the made-up register of the API's examples: the life of an agreement, figures, erasures."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from domain.catalogue import District, RegisterSource, ReviseDivision
from domain.core import Actor
from domain.observation import Observe
from domain.period import span
from service.assessing import assess
from service.erasing import texts_of
from tests import test_life_story as life
from tests.given import COORDINATOR, DIVISION, EST, REPORT, SHARE, SIGN, but, day
from tests.proof.api_recording import Recording, Told, carried_out

FIGURES, ASSESSMENT = "anmalda-brott", "anmalda-brott-2022-11"
LAMPS = "trasiga-lampor"
MORE = {"hammarby": "Hammarby", "skallberget": "Skallberget", "malmaberg": "Malmaberg", "vetterstorp": "Vetterstorp"}
FILE = "Område;Månad;Brott;Antal\n"
STORIES = (
    life.the_agreement_is_signed_and_the_catalogues_are_laid_out,
    life.the_pictures_are_made_joined_and_adjusted,
    life.observations_come_in,
    life.a_trend_is_seen_and_judged,
    life.what_is_to_come_is_forecast,
    life.one_problem_is_prioritised_and_another_set_aside,
    life.the_causes_are_analysed_and_actions_are_chosen,
    life.the_actions_go_their_ways,
    life.figures_say_how_it_went,
    life.the_residents_get_a_promise_and_an_answer,
    life.they_meet_week_after_week,
    life.the_year_is_reviewed_by_both,
    life.the_problem_is_closed_and_comes_back,
    life.the_problem_comes_first_again_and_new_work_begins,
    life.the_agreement_is_amended_ends_and_is_succeeded,
    life.the_problem_goes_over_with_what_goes_on,
)


def told(recording: Recording) -> None:
    """The life of an agreement; every command of it that the API has."""
    scene = Told(recording=recording)
    for story in STORIES:
        story(scene)


def taken_in(recording: Recording) -> None:
    """Figures from files, rows of one that could not be taken in, and an assessment of what was taken in."""
    live, ask = recording.live, recording.ask
    more = tuple(District(key=key, name=name) for key, name in MORE.items())
    on = day("2023-03-15")
    live.ask(ReviseDivision(division=DIVISION, on=on, reason="Hela staden.", districts=more), COORDINATOR)
    for source, name in ((FIGURES, "Anmälda brott (påhittade)"), (LAMPS, "Trasiga lampor (påhittade)")):
        owner = SIGN.parties[1].organisation
        new = RegisterSource(
            source=source, name=name, owner=owner, use="main series", division=DIVISION, synthetic=True
        )
        carried_out(recording, new)
    asked = {"source": FIGURES, "file_name": "brott.csv", "media_type": "text/csv", "column": ["district=Område"]}
    ask("view_rejected_rows", content=f"{FILE}Råbyy;2020-01;Personrån;3\n".encode(), **asked)
    ask("take-in", content=_figures(), first="2013-01-01", last="2022-12-31", **asked)
    lamps = f"{FILE}Centrum;2023-01;Skadegörelse;4\nRåby;2023-01;Skadegörelse;2\n"
    ask("take-in", content=lamps.encode(), source=LAMPS, media_type="text/csv")
    assess(live, FIGURES, by=COORDINATOR, period="2022-11")
    for week in range(4):
        said = but(REPORT, occurred_on=day("2023-01-20") + timedelta(weeks=week), reporter="fältgruppen", text=None)
        live.ask(Observe(observation=f"falt-{week}", source=EST, content=said), COORDINATOR)


def _figures() -> bytes:
    """Made-up counts by month, with fewer robberies in the centre while the walks went on, and a surge at last."""
    random, rows = Random(7), []
    for period in span("2013-01", "2022-12"):
        for place, district in enumerate(("Centrum", "Råby", "Bäckby", "Viksäng", *MORE.values())):
            for category in ("Personrån", "Skadegörelse"):
                walked = (district, category) == ("Centrum", "Personrån") and "2020-03" <= period <= "2021-02"
                count = sum(random.random() < (0.05 if walked else 0.1) for _ in range(120 - 10 * place))
                surge = 25 if (district, category, period) == ("Råby", "Personrån", "2022-11") else 0
                rows.append(f"{district};{period};{category};{count + surge}")
    return (FILE + "\n".join(rows)).encode()


def erased(recording: Recording) -> None:
    """A text about a person is asked to be erased, which the other party approves; of another it declines."""
    live = recording.live
    for number, key in enumerate(("radering-1", "radering-2")):
        recording.by = COORDINATOR
        recording.ask("observe", body={"source": EST, "observation": f"rapport-{number}", "content": _report(number)})
        text = texts_of(live, live.store.last_gsn())[0]
        basis = "Dataskyddsförordningen, artikel 17"
        recording.ask("request-erasure", body={
            "erasure": key, "on": "2023-03-15", "legal_basis": basis, "reason": "En granne pekas ut.",
            "texts": [{"gsn": text.gsn, "id": text.id}],
        })  # fmt: skip
    recording.by = Actor(account="lars", role="kommunpolis", organisation=SIGN.parties[1].organisation)
    carried_out(recording, but(SHARE, on=day("2023-03-15")))
    recording.ask("approve-erasure", key="radering-1", body={"on": "2023-03-15"})
    recording.ask("decline-erasure", key="radering-2", body={"on": "2023-03-15", "reason": "Texten nämner ingen."})
    recording.by = COORDINATOR


def _report(number: int) -> Any:
    text = f"Grannen i hus {number} stör om nätterna."
    return REPORT.model_copy(update={"text": text}).model_dump(mode="json", exclude_none=True)
