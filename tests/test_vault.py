"""The vault: texts sealed under marks that can be checked, keys that are never replaced, and a change of keys."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.event_store import CommandReused, EventStore, Unit, default_keys, open_store
from adapters.keys import KeyPlace, Keys
from adapters.vault import MARK, SALT, commitment, opener
from domain.core import ERASED, SEALED, Event, Recorded, Refused
from domain.file_import import ReportRows
from domain.observation import Observed, Report
from domain.problem import Alternative, Prioritised, Valued
from domain.signal import Sentence
from tests.registers import BY

TEXT = "Grannen på nummer 7 skriker om nätterna"
NOON = datetime(2026, 3, 28, 11, tzinfo=UTC)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> KeyPlace:
    return KeyPlace(tmp_path / "register.keys")


@pytest.fixture
def store(database_url: str, place: KeyPlace) -> Iterator[EventStore]:
    opened = open_store(database_url, place)
    yield opened
    opened.close()


def put(store: EventStore, event: Event, *, command_id: str = "c1", stream: str = "problem-a") -> None:
    version = sum(1 for _ in store.stream(stream)) + 1
    store.append([(stream, version, event)], BY, Unit(command_id, "f" * 64, NOON, store.last_gsn(), {}))


def valued(comment: str | None = TEXT) -> Valued:
    return Valued(on=date(2026, 3, 28), rater="samordnare", scores={"harm": 2}, comment=comment)


def stored(store: EventStore) -> str:
    with store.database.reading() as c:
        c.execute(f"SELECT state FROM stored_events ORDER BY {store.gsn_column} DESC LIMIT 1")
        row = c.fetchone()
    assert row is not None
    return bytes(row[0]).decode()


def last(store: EventStore, *, opened: bool = True) -> Event:
    (recorded,) = store.read(store.last_gsn() - 1, limit=1, opened=opened)
    assert isinstance(recorded, Recorded)
    return recorded.event


# Marks


def test_the_log_holds_a_mark_and_gives_the_text_back(store: EventStore) -> None:
    put(store, valued())
    assert TEXT not in stored(store)
    assert MARK.search(stored(store))
    assert last(store) == valued()
    assert [r.event for r in store.stream("problem-a")] == [valued()]


def test_an_auditor_who_is_given_salt_and_text_checks_the_mark_with_sha_256_alone(store: EventStore) -> None:
    put(store, valued())
    found = MARK.search(stored(store))
    assert found
    with store.database.reading() as c:
        [(key, salt, text)] = store.vault.disclose(c, [found[1]])
    assert (key, len(salt), text) == (found[1], SALT, TEXT)
    digest = hashlib.sha256(salt + TEXT.encode("utf-8")).digest()
    assert urlsafe_b64encode(digest).rstrip(b"=").decode() == found[1] == commitment(salt, TEXT)


def test_the_same_text_has_another_mark_each_time(store: EventStore) -> None:
    event = Prioritised(
        on=date(2026, 3, 28), rank=1, reason=TEXT, alternatives=(Alternative(what=TEXT, reason=TEXT),), dissent=None,
        meeting=None,
    )  # fmt: skip
    put(store, event)
    assert len(set(MARK.findall(stored(store)))) == 3
    assert last(store) == event


def test_a_report_is_sealed_where_people_write_and_nowhere_else(store: EventStore) -> None:
    report = Report(
        kind="incident", district="raby", category="klotter", occurred_on=date(2026, 3, 1), place="Torget", text=TEXT,
        reporter="Fältgruppen",
    )  # fmt: skip
    put(store, Observed(source="est", content=report), stream="observation-o1")
    assert "Torget" not in stored(store)
    assert "Fältgruppen" in stored(store)
    assert last(store) == Observed(source="est", content=report)


def test_rows_of_reports_are_sealed_each_by_itself(store: EventStore) -> None:
    rows = ReportRows(
        districts=("raby",), categories=("klotter",), ref=("1", "2"), district=(0, 0), category=(0, 0),
        day=("2026-03-01", "2026-03-02"), kind=("incident", "incident"), reporter=("Fältgruppen", "Vakten"),
        place=("Torget", None), text=(TEXT, ""),
    )  # fmt: skip
    put(store, rows, stream="import-i1")
    assert len(MARK.findall(stored(store))) == 2
    assert last(store) == rows


def test_sentences_made_by_the_program_are_not_sealed() -> None:
    sentence = Sentence(sv="Nio rån.", en="Nine robberies.")
    assert sentence.model_dump_json(context={"seal": lambda _: "x"}) == sentence.model_dump_json()


def test_a_text_that_looks_like_a_mark_is_a_text(store: EventStore) -> None:
    put(store, valued())
    mark = SEALED + MARK.findall(stored(store))[0]
    put(store, valued(mark), command_id="c2")
    assert last(store) == valued(mark)


def test_unopened_the_marks_pass_as_they_stand(store: EventStore) -> None:
    put(store, valued())
    event = last(store, opened=False)
    assert isinstance(event, Valued)
    assert MARK.fullmatch(event.comment or "")


def test_a_mark_without_a_row_reads_as_erased() -> None:
    assert opener({})(SEALED + "A" * 43) == ERASED
    assert opener({})("sealed:1:kort") == "sealed:1:kort"


def test_a_row_belongs_to_its_mark_alone(store: EventStore) -> None:
    """Whoever can write in the database cannot put one text in the place of another."""
    put(store, valued("Det första som skrevs"))
    (one,) = MARK.findall(stored(store))
    put(store, valued("Det andra som skrevs"), command_id="c2")
    (other,) = MARK.findall(stored(store))
    with store.database.writing() as c:
        c.execute("UPDATE vault SET body = (SELECT body FROM vault WHERE id = ?) WHERE id = ?", (one, other))
    with pytest.raises(Refused):
        last(store)


def test_events_from_before_there_were_seals_are_read_as_they_are(store: EventStore) -> None:
    head = '{"by":{"account":"anna","role":"r","organisation":"o"},"clock":"2026-03-28T11:00:00Z","command":"c",'
    state = f'{head}"event":{valued().model_dump_json()}}}'.encode()
    with store.database.writing() as c:
        c.execute(
            f"INSERT INTO stored_events ({store.gsn_column}, originator_id, originator_version, topic, state, "
            "recorded_at) VALUES (1, 'problem-a', 1, 'problem.valued', ?, '2026-03-28T11:00:00.000000+00:00')",
            (state,),
        )
    assert last(store) == valued()


# Commands


def test_a_repeated_command_gets_its_first_answer_and_the_stored_fingerprint_is_keyed(store: EventStore) -> None:
    put(store, valued())
    receipt = store.receipt("c1", "f" * 64)
    assert receipt is not None
    assert receipt.repeated
    with store.database.reading() as c:
        c.execute("SELECT fingerprint FROM commands")
        assert re.fullmatch("k1:[0-9a-f]{64}", c.fetchall()[0][0])
    with pytest.raises(CommandReused):
        store.receipt("c1", "e" * 64)


def test_a_command_from_before_the_fingerprints_were_keyed_is_still_recognised(store: EventStore) -> None:
    put(store, valued())
    with store.database.writing() as c:
        c.execute("UPDATE commands SET fingerprint = ?", ("f" * 64,))
    assert store.receipt("c1", "f" * 64) is not None


# Keys


def test_new_keys_are_kept_where_their_owner_alone_can_read_them(store: EventStore, place: KeyPlace) -> None:
    assert place.file.stat().st_mode & 0o777 == 0o600
    keys = place.read()
    assert keys is not None
    assert (len(keys.sealing), len(keys.signing)) == (32, 32)
    assert store.vault.keys == keys
    assert keys.sealing != keys.signing
    assert "sealing" not in repr(keys)


def test_by_default_they_stand_beside_the_file() -> None:
    assert default_keys("sqlite:///a/b.db") == Path("a/b.db.keys")
    assert default_keys("postgresql://host/name") == Path("samverkan.keys")


def test_without_its_keys_a_register_is_not_opened_and_no_new_ones_are_made(
    store: EventStore, database_url: str, place: KeyPlace
) -> None:
    place.file.unlink()
    with pytest.raises(Refused) as refused:
        open_store(database_url, place)
    assert refused.value.rule == "key-missing"
    assert str(place.file) in refused.value.en
    assert not place.file.exists()


def test_with_the_keys_of_another_register_it_is_not_opened(
    store: EventStore, database_url: str, place: KeyPlace, tmp_path: Path
) -> None:
    other = KeyPlace(tmp_path / "other.keys")
    other.begin()
    with pytest.raises(Refused) as refused:
        open_store(database_url, other)
    assert refused.value.rule == "key-wrong"
    open_store(database_url, place).close()


def test_what_is_no_key_is_refused_with_its_name(database_url: str, tmp_path: Path) -> None:
    torn = tmp_path / "torn.keys"
    torn.write_text("{")
    for place, named in ((KeyPlace(torn), "torn.keys"), (KeyPlace(tmp_path / "x", "kort"), "SAMVERKAN_SEALING_KEY")):
        with pytest.raises(Refused, match=named) as refused:
            open_store(database_url, place)
        assert refused.value.rule == "key-unreadable"


def test_keys_from_the_environment_take_the_place_of_the_file(database_url: str, tmp_path: Path) -> None:
    given = KeyPlace(tmp_path / "none.keys", *(b64encode(letter * 32).decode() for letter in (b"a", b"b")))
    store = open_store(database_url, given)
    assert store.vault.keys == Keys(b"a" * 32, b"b" * 32)
    assert not given.file.exists()
    store.close()


def test_the_command_line_says_so_and_ends_with_2(fresh_sqlite: str) -> None:
    open_store(fresh_sqlite).close()
    default_keys(fresh_sqlite).unlink()
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "history"],
        env=os.environ | {"SAMVERKAN_DATABASE": fresh_sqlite}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "SAMVERKAN_KEYS" in done.stderr
    assert "Traceback" not in done.stderr


# A change of keys


def test_a_change_of_keys_seals_every_text_anew_and_the_marks_stay(
    store: EventStore, database_url: str, place: KeyPlace
) -> None:
    put(store, valued())
    before, old = stored(store), place.read()
    assert store.rotate_keys() == 1
    assert stored(store) == before
    assert last(store) == valued()
    new = place.read()
    assert old is not None
    assert new is not None
    assert new.sealing != old.sealing
    assert new.signing == old.signing
    again = open_store(database_url, place)
    assert last(again) == valued()
    assert again.receipt("c1", "f" * 64) is not None
    again.close()


def test_after_a_change_of_keys_the_old_ones_open_nothing(
    store: EventStore, database_url: str, place: KeyPlace, tmp_path: Path
) -> None:
    put(store, valued())
    old = replace(place, file=tmp_path / "old.keys")
    old.file.write_bytes(place.file.read_bytes())
    store.rotate_keys()
    with pytest.raises(Refused):
        open_store(database_url, old)


def test_a_process_with_the_old_key_is_refused_instead_of_sealing_with_it(
    store: EventStore, database_url: str, place: KeyPlace
) -> None:
    other = open_store(database_url, place)
    put(store, valued())
    store.rotate_keys()
    with pytest.raises(Refused) as refused:
        last(other)
    assert refused.value.rule == "key-changed"
    with pytest.raises(Refused):
        other.append([("problem-b", 1, valued())], BY, Unit("c9", "f", NOON, other.last_gsn(), {}))
    assert other.last_gsn() == 1
    other.close()


def test_a_change_of_keys_that_was_broken_off_after_its_commit_is_finished(
    store: EventStore, database_url: str, place: KeyPlace
) -> None:
    put(store, valued())
    old = place.file.read_bytes()
    store.rotate_keys()
    place.coming.file.write_bytes(place.file.read_bytes())  # as if the file had not been put in its place
    place.file.write_bytes(old)
    again = open_store(database_url, place)
    assert last(again) == valued()
    assert not place.coming.file.exists()
    again.close()


def test_a_change_of_keys_that_was_broken_off_before_its_commit_changes_nothing(
    store: EventStore, database_url: str, place: KeyPlace
) -> None:
    put(store, valued())
    place.prepare(Keys(AESGCM.generate_key(256), b"s" * 32))
    again = open_store(database_url, place)
    assert last(again) == valued()
    again.close()
