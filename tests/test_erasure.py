"""Erasure: asked for by one role, approved or declined by another, once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.core import Actor
from domain.erasure import (
    Approved,
    ApproveErasure,
    Declined,
    DeclineErasure,
    Erasure,
    HeldText,
    Requested,
    RequestErasure,
)
from tests.given import CITY, COORDINATOR, POLICE, SIGN, Scene, but, day, given

TEXT = HeldText(gsn=1, id="A" * 43)
OTHER = HeldText(gsn=3, id="B" * 43)
ASKED = RequestErasure(
    erasure="e1",
    on=day("2020-03-02"),
    legal_basis="Dataskyddsförordningen, artikel 17",
    reason="En granne pekas ut.",
    texts=(TEXT,),
)
APPROVE = ApproveErasure(erasure="e1", on=day("2020-03-03"))
DECLINE = DeclineErasure(erasure="e1", on=day("2020-03-03"), reason="Texten nämner ingen.")


def asked() -> Scene:
    scene = given(SIGN, ASKED)
    scene.by = Actor(account="lars", role="kommunpolis", organisation=POLICE)
    return scene


def test_it_is_asked_for_with_a_legal_basis_and_a_reason() -> None:
    requested = Requested(
        on=ASKED.on, by=COORDINATOR, legal_basis=ASKED.legal_basis, reason=ASKED.reason, texts=(TEXT, OTHER)
    )
    given(SIGN).when(but(ASKED, texts=(TEXT, OTHER, TEXT))).then(("erasure-e1", requested))


def test_a_request_names_at_least_one_text_by_its_mark() -> None:
    with pytest.raises(ValidationError):
        but(ASKED, texts=())
    with pytest.raises(ValidationError):
        HeldText(gsn=1, id="register")


def test_another_account_in_another_role_approves_and_the_event_names_what_is_destroyed() -> None:
    asked().when(APPROVE).then(Approved(on=APPROVE.on, texts=(TEXT,)))


def test_the_one_who_asked_cannot_approve() -> None:
    given(SIGN, ASKED).when(APPROVE).then_refused("two-roles-needed")


def test_the_same_account_in_another_role_cannot_approve() -> None:
    scene = given(SIGN, ASKED)
    scene.by = Actor(account=COORDINATOR.account, role="administratör", organisation=CITY)
    scene.when(APPROVE).then_refused("two-roles-needed")


def test_another_account_in_the_same_role_cannot_approve() -> None:
    scene = given(SIGN, ASKED)
    scene.by = Actor(account="berit", role=COORDINATOR.role, organisation=CITY)
    scene.when(APPROVE).then_refused("two-roles-needed")


def test_it_can_be_declined_with_a_reason_also_by_who_asked() -> None:
    asked().when(DECLINE).then(Declined(on=DECLINE.on, reason=DECLINE.reason))
    assert given(SIGN, ASKED, DECLINE).now(Erasure, "e1").answer == "Texten nämner ingen."


def test_it_is_decided_once() -> None:
    asked().and_given(APPROVE).when(DECLINE).then_refused("already-decided")
    asked().and_given(DECLINE).when(APPROVE).then_refused("already-decided")


def test_it_is_not_decided_before_it_was_asked_for() -> None:
    asked().when(but(APPROVE, on=day("2020-03-01"))).then_refused("out-of-order")


def test_what_was_never_asked_for_is_not_approved() -> None:
    given(SIGN).when(APPROVE).then_refused("not-found")


def test_a_key_is_used_once() -> None:
    given(SIGN, ASKED).when(ASKED).then_refused("already-exists")


def test_nothing_is_asked_for_or_decided_in_advance() -> None:
    given(SIGN).on("2020-03-01").when(ASKED).then_refused("date-in-future")


def test_a_basis_and_a_reason_of_a_letter_are_refused_but_stored_ones_are_read() -> None:
    given(SIGN).when(but(ASKED, legal_basis="x")).then_refused("basis-too-short")
    given(SIGN).when(but(ASKED, reason="y")).then_refused("reason-too-short")
    stored = Requested(on=ASKED.on, by=COORDINATOR, legal_basis="x", reason="y", texts=(TEXT,))
    assert Requested.model_validate_json(stored.model_dump_json()).legal_basis == "x"
