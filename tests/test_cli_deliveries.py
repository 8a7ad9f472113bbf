"""What was to be told, on the command line."""

from __future__ import annotations

from click.testing import CliRunner, Result

from adapters.outbox import Message
from domain.core import Refused
from service.cli import cli
from service.register import utc_now
from tests.subscribed import run, subscribe, with_office


def ask(url: str, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--database", url, "--language", "en", "deliveries", *words])


def test_deliveries_are_counted_and_dead_letters_tried_again(fresh_sqlite: str) -> None:
    with with_office(fresh_sqlite) as (live, office):
        subscribe(live, office, "anna")
        key = run(live)
        office.outbox.put(Message("a", "mail", "s-anna", "digest", key, live.store.last_gsn()), utc_now())
        (message,) = office.outbox.claim(utc_now())
        office.outbox.dead(message, utc_now(), "the mail server refused the receiver (550 5.1.1)")
        office.outbox.put(Message("b", "mail", "s-anna", "digest", key, live.store.last_gsn()), utc_now())
    assert ask(fresh_sqlite).output.splitlines()[0] == "1 wait, 0 sent, 1 failed."
    dead = ask(fresh_sqlite, "--dead").output.splitlines()
    assert dead[1:] == [
        "  a: the situation in week 8 of 2023, to anna, failed (the mail server refused the receiver (550 5.1.1))"
    ]
    assert ask(fresh_sqlite, "--again", "a").exit_code == 0
    assert ask(fresh_sqlite).output.splitlines()[0] == "2 wait, 0 sent, 0 failed."


def test_what_is_no_dead_letter_is_not_tried_again(fresh_sqlite: str) -> None:
    with with_office(fresh_sqlite):
        pass
    refused = ask(fresh_sqlite, "--again", "a")
    assert isinstance(refused.exception, Refused)  # which the program tells in a sentence
    assert refused.exception.rule == "not-found"
