"""The proof of the history: what verify finds, what it does not cry wolf about, proofs, witnesses, erasure."""

from __future__ import annotations

import shutil
import threading
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from adapters.event_store import open_store
from adapters.event_store.transaction import TABLE
from adapters.keys import KeyPlace
from adapters.ledger import LedgerBroken
from adapters.ledger.notes import cosignature, public_key, read_request, witnessed
from adapters.ledger.verify import Fault, read_checkpoint, read_note, verify_consistency, verify_inclusion
from adapters.tables import Tables
from adapters.tables_check import check_tables
from domain.core import Actor, Refused
from domain.observation import Observe
from service.proof import (
    chain_events,
    checkpoints,
    keep_checkpoint,
    prove_event,
    prove_growth,
    register_key,
    request_cosignature,
    sign_checkpoint,
    take_cosignature,
    verify,
    witness_keys,
)
from service.register import LiveRegister
from service.views.proof_view import proved
from tests.given import ATTEND, COORDINATOR, EST, FOUNDED, REPORT
from tests.registers import opened
from tests.tampering import ALTERATIONS, WITNESS, WITNESS_KEY, WITNESS_SEED, Alteration, a_history, alter

NOW = 1_800_000_000


@pytest.fixture
def history(database_url: str) -> Iterator[tuple[LiveRegister, str]]:
    """A register with some history, and the checkpoint that a witness kept."""
    with a_history(database_url) as made:
        yield made


def faults_of(url: str, kept: str) -> list[Fault]:
    """What verify says of the register behind a URL, beside the checkpoint that the witness kept."""
    store = open_store(url)
    try:
        Tables(store)
        return verify(store, (WITNESS_KEY,), (("vittnet", kept),)).faults
    finally:
        store.close()


def test_an_untouched_history_is_intact(history: tuple[LiveRegister, str]) -> None:
    live, kept = history
    found = verify(live.store, (WITNESS_KEY,), (("vittnet", kept),))
    assert found.faults == []
    assert found.tree.size == live.store.last_gsn()


@pytest.mark.parametrize("alteration", ALTERATIONS, ids=lambda each: str(each.__name__))
def test_every_kind_of_alteration_is_found_and_its_place_named(database_url: str, alteration: Alteration) -> None:
    with a_history(database_url, reports=8) as (_, kept):
        pass
    at = alter(database_url, alteration, Random(1))
    faults = faults_of(database_url, kept)
    assert faults
    if at is not None:
        assert faults[0].gsn == at


def test_only_a_witness_notices_that_everything_was_made_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url) as (_, kept):
        pass
    everything = next(each for each in ALTERATIONS if each.__name__ == "everything_made_anew_and_signed")
    alter(url, everything, Random(3))
    store = open_store(url)
    Tables(store)
    assert verify(store).faults == []
    (fault,) = verify(store, (WITNESS_KEY,), (("vittnet", kept),)).faults
    store.close()
    assert "inte den som intygades" in fault.sv or "ett annat register" in fault.sv


def test_a_history_survives_rebuild_backup_and_restore(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "b.db"
    with a_history(url) as (live, kept):
        live.tables.rebuild()
    shutil.copy(tmp_path / "a.db", copy)
    shutil.copy(tmp_path / "a.db.keys", tmp_path / "b.db.keys")
    assert faults_of(url, kept) == []
    assert faults_of(f"sqlite:///{copy}", kept) == []


def test_a_register_from_before_the_ledger_gets_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url) as (live, kept):
        with live.store.database.writing() as c:
            c.execute("DROP TABLE ledger")
            c.execute("DROP TABLE checkpoints")
        root = read_checkpoint(read_note(kept)).root
    store = open_store(url)
    assert store.ledger.checkpoint(store.last_gsn()).root == root
    store.close()
    assert faults_of(url, kept) == []


def test_nothing_is_added_to_a_history_whose_ledger_was_cut(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url):
        pass
    alter(url, lambda attack: attack.remove(attack.size, attack.size), Random(1))
    store = open_store(url)
    live = LiveRegister(store, Tables(store))
    with pytest.raises(LedgerBroken, match="samverkan verify"):
        live.ask(ATTEND, COORDINATOR)
    store.close()


def test_every_event_is_proved_to_stand_in_a_checkpoint(history: tuple[LiveRegister, str]) -> None:
    store = history[0].store
    for gsn in range(1, store.last_gsn() + 1):
        proof = prove_event(store, gsn)
        path = [bytes.fromhex(each) for each in proof.path]
        point = read_checkpoint(read_note(proof.note))
        assert verify_inclusion(bytes.fromhex(proof.leaf), gsn, proof.size, path, point.root)
        assert read_note(proof.note).signed_by(register_key(store)) == 0


def test_an_event_to_come_has_no_proof(history: tuple[LiveRegister, str]) -> None:
    with pytest.raises(Refused, match="is not among the first"):
        prove_event(history[0].store, 10_000)
    with pytest.raises(Refused, match="give a number"):
        prove_event(history[0].store, 1, 10_000)


def test_a_problems_chain_is_its_evidence_and_all_that_was_done(history: tuple[LiveRegister, str]) -> None:
    live, _ = history
    found = chain_events(live.store, live.now(), "personran-centrum")
    topics = [live.store.raw(gsn - 1, 1)[0][3] for gsn in found]
    assert topics == ["observation.recorded", "problem.proposed", "problem.valued", "problem.prioritised"]
    with pytest.raises(Refused, match="does not exist"):
        chain_events(live.store, live.now(), "okänt")


def test_a_later_history_is_proved_to_begin_with_an_earlier_one(history: tuple[LiveRegister, str]) -> None:
    store = history[0].store
    last = store.last_gsn()
    for old in range(1, last + 1):
        grown = prove_growth(store, old)
        roots = [bytes.fromhex(each) for each in (grown.old_root, grown.new_root)]
        assert verify_consistency(old, last, [bytes.fromhex(each) for each in grown.path], *roots)
    with pytest.raises(Refused, match="earlier number"):
        prove_growth(store, 0)


def test_the_same_checkpoint_is_signed_the_same_way_years_later(history: tuple[LiveRegister, str]) -> None:
    live, _ = history
    then = sign_checkpoint(live.store, 7)
    live.ask(ATTEND, COORDINATOR, command_id="again")
    assert sign_checkpoint(live.store, 7) == then


def test_a_witness_cosigns_again_and_again(history: tuple[LiveRegister, str]) -> None:
    live, kept = history
    store = live.store
    assert take_cosignature(store, kept, (WITNESS_KEY,), NOW).size == store.last_gsn()
    live.ask(ATTEND, COORDINATOR, command_id="later")
    asked = request_cosignature(store, read_checkpoint(read_note(kept)).size)
    again = witnessed(read_request(str(asked)), kept, (register_key(store),), WITNESS, WITNESS_SEED, 1_700_000_000)
    take_cosignature(store, again, (WITNESS_KEY,), NOW)
    latest, earlier = checkpoints(store, (register_key(store), WITNESS_KEY))[:2]
    assert (WITNESS, 1_700_000_000) in latest.signers
    assert (WITNESS, 1_600_000_000) in earlier.signers
    assert verify(store, (WITNESS_KEY,), (("första", kept), ("andra", again))).faults == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("nonsense", "no checkpoint"),
        ("a\n1\n" + "A" * 43 + "=\n\n— a AAAA\n", "is not one that this register gave out"),
    ],
)
def test_what_a_witness_did_not_write_is_refused(history: tuple[LiveRegister, str], written: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        take_cosignature(history[0].store, written, (WITNESS_KEY,), NOW)


def test_a_witness_that_the_register_does_not_know_is_refused(history: tuple[LiveRegister, str]) -> None:
    with pytest.raises(Refused, match="SAMVERKAN_WITNESSES"):
        take_cosignature(history[0].store, history[1], (), NOW)


def test_the_keys_of_the_setting_are_read_or_refused() -> None:
    assert witness_keys(f" {WITNESS_KEY},\n") == (WITNESS_KEY,)
    with pytest.raises(Refused, match="does not fit"):
        witness_keys("lpo+1+2")


def test_closing_deeds_leave_a_checkpoint(tmp_path: Path) -> None:
    with a_history(f"sqlite:///{tmp_path / 'a.db'}") as (live, _):
        signed_at = [size for size, _, _ in live.store.ledger.signed()]
        topics = [live.store.raw(size - 1, 1)[0][3] for size in signed_at]
        assert "agreement.signed" in topics
        assert keep_checkpoint(live.store) == keep_checkpoint(live.store)


DAMAGES = (
    f"UPDATE {TABLE} SET state = replace(state, 'anna', 'olle') WHERE rowid = 5",  # SQLite then keeps text for bytes
    f"UPDATE {TABLE} SET originator_version = -1 WHERE rowid = 5",
    f"UPDATE {TABLE} SET originator_version = 1.5 WHERE rowid = 5",
    f"UPDATE {TABLE} SET recorded_at = x'00' WHERE rowid = 5",
    f"UPDATE {TABLE} SET topic = CAST(x'ff' AS TEXT) WHERE rowid = 5",
    "UPDATE ledger SET nodes = 7 WHERE size = 5",
)
ELSEWHERE = (
    "UPDATE checkpoints SET note = x'00'",
    "UPDATE vault SET body = x'' WHERE id <> 'register'",
    "UPDATE commands SET last_gsn = 'zz'",
    "DELETE FROM ledger WHERE size = 1",
    f"INSERT INTO {TABLE} SELECT 0, 'observation-0', 1, topic, state, recorded_at FROM {TABLE} WHERE rowid = 2",
    "UPDATE checkpoints SET size = size + 1 WHERE size = (SELECT MAX(size) FROM checkpoints)",
)


@pytest.mark.parametrize("damage", [*DAMAGES, *ELSEWHERE])
def test_damage_of_any_form_is_a_finding_and_never_a_crash(tmp_path: Path, damage: str) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url, reports=4) as (_, kept):
        pass
    alter(url, lambda attack: attack.c.execute(damage), Random(1))
    faults = faults_of(url, kept)
    assert faults
    if damage in DAMAGES:
        assert faults[0].gsn == 5


def test_a_ledger_that_was_dropped_is_not_made_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url, reports=4) as (_, kept):
        pass
    alter(url, lambda attack: attack.c.execute("DROP TABLE ledger"), Random(1))
    assert faults_of(url, kept)[0].gsn == 1


def test_an_empty_history_is_intact_and_stays_so(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'a.db'}") as live:
        assert read_checkpoint(read_note(keep_checkpoint(live.store))).size == 0
        assert verify(live.store).faults == []
        live.ask(FOUNDED[0], COORDINATOR)
        assert verify(live.store).faults == []
        assert live.store.ledger.signed() == []


def test_others_may_write_while_the_history_is_verified(database_url: str) -> None:
    with a_history(database_url, reports=4) as (live, kept):
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                live.ask(Observe(observation=f"sen-{number}", source=EST, content=REPORT), COORDINATOR)
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(15):
                assert verify(live.store, (WITNESS_KEY,), (("vittnet", kept),)).faults == []
        finally:
            stop.set()
            writer.join(30)


def test_nobody_can_write_the_mark_of_a_sealed_text_where_none_is(history: tuple[LiveRegister, str]) -> None:
    live, _ = history
    stranger = Actor(account="anna", role="samordnare", organisation="sealed:1:" + "A" * 43)
    with pytest.raises(Refused, match="mark of a sealed text"):
        live.ask(Observe(observation="falsk", source=EST, content=REPORT), stranger)
    assert verify(live.store).faults == []


def test_an_altered_event_is_not_said_to_stand_as_it_was_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url, reports=4) as (live, _):
        assert proved(live, 7, None, "sv").holds
    alter(url, lambda attack: attack.set(7, topic="observation.recordedx"), Random(1))
    store = open_store(url)
    proof = prove_event(store, 7)
    path = [bytes.fromhex(each) for each in proof.path]
    assert not verify_inclusion(bytes.fromhex(proof.leaf), 7, proof.size, path, bytes.fromhex(proof.root))
    store.close()


def test_a_witness_cannot_put_anything_else_into_the_register(history: tuple[LiveRegister, str]) -> None:
    live, kept = history
    store = live.store
    note = read_note(kept)
    longer = replace(note, text=note.text + "ext\n")
    line = cosignature(longer, WITNESS, WITNESS_SEED, NOW)
    with pytest.raises(Refused, match="is not one that this register gave out"):
        take_cosignature(store, f"{longer.text}\n{line}", (WITNESS_KEY,), NOW)
    late = f"{note.text}\n{cosignature(note, WITNESS, WITNESS_SEED, NOW * 1000)}"
    with pytest.raises(Refused, match="in the future"):
        take_cosignature(store, late, (WITNESS_KEY,), NOW)
    take_cosignature(store, kept, (WITNESS_KEY,), NOW)
    before = store.ledger.signed()
    junk = "".join(f"— {WITNESS} {b64encode(bytes([n]) * 76).decode()}\n" for n in range(9))
    take_cosignature(store, kept + junk, (WITNESS_KEY,), NOW)
    assert store.ledger.signed() == before


def test_two_witnesses_that_sign_at_once_are_both_kept(database_url: str) -> None:
    with a_history(database_url, reports=2) as (live, kept):
        other = public_key("annat", b"\x09" * 32, witness=True)
        note = read_note(kept)
        both = (kept, f"{note.text}\n{cosignature(note, 'annat', bytes([9]) * 32, NOW)}")
        with ThreadPoolExecutor(2) as pool:
            known = (WITNESS_KEY, other)
            list(pool.map(lambda each: take_cosignature(live.store, each, known, NOW), both))
        (latest, *_) = checkpoints(live.store, known)
        assert {name for name, _ in latest.signers} == {WITNESS, "annat"}


def test_old_signatures_of_a_witness_that_changed_its_key_do_no_harm(history: tuple[LiveRegister, str]) -> None:
    live, kept = history
    take_cosignature(live.store, kept, (WITNESS_KEY,), NOW)
    fresh = public_key(WITNESS, b"\x08" * 32, witness=True)
    assert verify(live.store, (fresh,)).faults == []


def test_a_register_that_lost_its_signing_key_signs_nothing_with_another(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with a_history(url, reports=2) as (live, _):
        sealing = b64encode(live.store.vault.keys.sealing).decode()
    store = open_store(url, KeyPlace(tmp_path / "none.keys", sealing=sealing))
    with pytest.raises(Refused, match="is not the one that signed the last checkpoint"):
        keep_checkpoint(store)
    store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE observations SET district = 'raby' WHERE ref = 'rapport-1'",
        "DELETE FROM observations WHERE ref = 'rapport-1'",
        "UPDATE observations SET to_gsn = 30 WHERE ref = 'rapport-1'",
    ],
)
def test_a_read_model_that_was_changed_past_the_history_is_named_and_put_right(database_url: str, change: str) -> None:
    with a_history(database_url, reports=4) as (live, _):
        assert list(check_tables(live.store, live.tables)) == []
        with live.store.database.writing() as c:
            c.execute(change)
        (fault,) = check_tables(live.store, live.tables)
        assert "“observations”" in fault.en
        assert EST in fault.en
        assert verify(live.store).faults == []
        live.tables.rebuild()
        assert list(check_tables(live.store, live.tables)) == []
