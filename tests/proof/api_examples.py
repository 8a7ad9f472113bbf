"""Examples of every operation of the API, from a made-up register on which each is carried out.

`python -m tests.proof.api_examples` writes service/api/examples.json anew; what changed in it is then read in the diff.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any

from litestar.testing import TestClient

from adapters.accounts import KeptAccount
from adapters.ledger.notes import witnessed
from service.api.app import create_app
from service.api.examples import PLACE
from service.api.resources import RESOURCES
from service.api.streams import Streams
from service.cloud_events import look, wanted_events
from service.gate import open_keepers
from service.office import open_office
from service.proof import register_key, request_cosignature
from service.register import LiveRegister
from service.settings import Settings
from tests import test_life_story as life
from tests.given import AGREEMENT, CITY, COORDINATOR, DIVISION, EST
from tests.plausible import SetClock, open_live
from tests.proof.api_recording import HOOK, METHODS, Recording
from tests.proof.api_story import ASSESSMENT, FIGURES, LAMPS, erased, taken_in, told
from tests.tampering import WITNESS, WITNESS_KEY, WITNESS_SEED

BASE = "https://samverkan.example.se"


def examples() -> dict[str, Any]:
    """The examples of each operation."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        clock = SetClock(datetime(2019, 11, 6, 11, tzinfo=UTC))
        live = open_live(url, clock)
        settings = Settings(
            database=url, public_url=BASE, webhooks_to_private=True, organisation=CITY, requests_a_minute=10**6,
            witnesses=str(WITNESS_KEY),
        )  # fmt: skip
        open_keepers(live).accounts.add(
            KeptAccount("anna", "", "samordnare@example.se", "coordinator", "samordnare", CITY, "municipality")
        )
        with TestClient(create_app(live, settings), base_url="http://127.0.0.1:8000") as client:
            recording = Recording(client, live, clock, _operations(client), COORDINATOR)
            for step in (told, taken_in, erased, looked_at, proved, listened_to, subscribed, computed):
                step(recording)
            return dict(sorted(recording.kept.items()))


def _operations(client: TestClient[Any]) -> dict[str, Any]:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    return {
        item[method]["operationId"]: (method, path, item[method])
        for path, item in paths.items()
        for method in METHODS
        if method in item
    }


# What is read


def looked_at(recording: Recording) -> None:
    """Every state, and the views."""
    ask = recording.ask
    for resource in RESOURCES:
        first = ask(f"list_{resource.path}", limit=2)["items"][0]["key"]
        ask(f"list_{resource.path}", after=first, limit=2)
        ask(f"read_{resource.path}", key=first)
    ask("health")
    ask("position", day="2020-11-18")
    wanted: dict[str, Any] = {"source": EST, "kind": "incident", "district": "centrum", "category": "personran"}
    page = ask("list_observations", **wanted, first="2020-01-01", last="2023-03-22", limit=1)
    ask("list_observations", **wanted, after=page["next"], limit=1)
    ask("list_counts", source=FIGURES, frequency="month")
    ask("history", problem=life.ROBBERIES, first="2020-02-01", last="2020-03-31", language="en", limit=2)
    ask("history", action="vandringar", district="centrum", agreement=AGREEMENT, actor="anna", after=20, limit=2)
    ask("export", after=0)
    _views(recording)
    _data(recording)


def _views(recording: Recording) -> None:
    ask = recording.ask
    series: dict[str, Any] = {"source": FIGURES, "district": "raby", "category": "personran"}
    ask("view_week", key="2021-W19")
    ask("view_signal", key=f"{ASSESSMENT}-raby:personran")
    ask("view_track_record", **series)
    ask("view_series", **series, frequency="month")
    for operation in ("view_chain", "view_broken_links"):
        ask(operation)
    ask("view_silent_reporters", week="2023-W10")
    for operation in ("view_review", "view_review_pdf", "view_review_docx"):
        ask(operation, year=2020, agreement=AGREEMENT, language="sv")
    ask("view_comparison", a="2020-02-11", b="2021-06-10", **series, first="2013-01", last="2022-12")
    ask("view_law_check", agreement=life.NEXT)
    ask("view_handover", agreement=AGREEMENT)


def _data(recording: Recording) -> None:
    ask = recording.ask
    series: dict[str, Any] = {"source": FIGURES, "district": "raby", "category": "personran"}
    for accept in ("application/json", "text/csv", "application/vnd.apache.parquet"):
        ask("view_series_data", **series, first="2022-11", last="2022-12", accept=accept)
        ask(
            "view_assessment_data",
            source=FIGURES,
            first="2022-11",
            last="2022-12",
            assessment=ASSESSMENT,
            accept=accept,
        )
    ask("view_district_data", division=DIVISION, source=FIGURES)
    ask("view_statistics_data", source=LAMPS, frequency="month")


def proved(recording: Recording) -> None:
    """Checkpoints, proofs, and a witness's signature."""
    ask, live = recording.ask, recording.live
    for operation in ("proof_keys", "proof_checkpoint", "proof_checkpoints"):
        ask(operation)
    ask("proof_request", since=0)
    signed = witnessed(
        request_cosignature(live.store, 0), None, (register_key(live.store),), WITNESS, WITNESS_SEED, 1_678_878_000
    )
    ask("add_cosignature", content=signed.encode(), media_type="text/plain")
    ask("prove_event", gsn=7, size=live.store.last_gsn())
    ask("prove_chain", key=life.ROBBERIES)
    ask("prove_consistency", old=9, new=live.store.last_gsn())


def listened_to(recording: Recording) -> None:
    """The events, a batch at a time and as a stream."""
    recording.ask("list_events", after=0, topic="problem.*", problem=life.ROBBERIES, district="centrum", limit=2)
    named = {"after": 0, "topic": "problem.*", "problem": life.ROBBERIES, "district": "centrum", "Last-Event-ID": "1"}
    recording.kept["view_event_stream"] = {"parameters": named}
    recording.keep_answer("view_event_stream", 200, "text/event-stream", asyncio.run(_streamed(recording.live)))


async def _streamed(live: LiveRegister) -> str:
    """What a stream begins with."""
    wanted = wanted_events("problem.proposed", life.ROBBERIES, None)
    stream = Streams().follow(lambda after: look(live, wanted, after, 10, BASE), 0, longest=0.5)
    return b"".join([each async for each in stream]).decode()


def subscribed(recording: Recording) -> None:
    """A subscription, webhooks and what became of what was to be told."""
    ask, outbox = recording.ask, open_office(recording.live).outbox
    ask("keep-subscription", body={"email": "samordnare@example.se", "districts": ["raby"], "least_surprise": 100})
    ask("read_subscription")
    asked = {"url": f"https://{HOOK[0]}/samverkan", "topics": ["signal.raised", "meeting.*"], "districts": ["raby"]}
    key = ask("keep-webhook", body=asked)["webhook"]["id"]
    ask("list_webhooks")
    ask("read_webhook", key=key)
    ask("change-webhook", key=key, body=asked | {"topics": ["signal.raised"]})
    ask("pause-webhook", key=key)
    for operation in ("resume-webhook", "rotate-webhook", "test-webhook"):
        ask(operation, key=key)
    ask("list_webhook_deliveries", key=key, limit=2)
    (trial,) = outbox.claim(recording.live.clock())
    outbox.dead(trial, recording.live.clock(), "the receiver answered 404")
    ask("list_deliveries", standing="dead", limit=2)
    ask("retry-delivery", key=trial.id)
    ask("end-webhook", key=key)
    ask("end-subscription")


def computed(recording: Recording) -> None:
    """What a process of its own computes; it goes by the real time, so nothing is read afterwards."""
    recording.ask("assess", body={"source": FIGURES, "period": "2022-12", "frequency": "month"})
    recording.ask("forecast", body={"source": FIGURES, "frequency": "month", "horizon": 3})
    recording.ask("backtest", body={"source": FIGURES, "frequency": "month", "horizon": 2, "origins": 6})
    recording.ask("effect", body={"action": "vandringar", "source": FIGURES, "after": 12})
    recording.ask("need", source=FIGURES, frequency="month")
    recording.ask("plan_effect", key="vandringar", source=FIGURES, frequency="month")


def main() -> None:
    """Write the file anew."""
    PLACE.write_text(written(examples()))


def written(found: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
