"""Signed notes, checkpoints, and what a witness signs and refuses to sign."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from adapters.ledger import tree
from adapters.ledger.notes import (
    NotContinued,
    Request,
    cosignature,
    joined,
    only_by,
    public_key,
    read_request,
    signed,
    witnessed,
)
from adapters.ledger.verify import Checkpoint, Key, Tree, read_checkpoint, read_key, read_note, verify_signature
from tests.test_tree import _grown, _leaf

# the example of the text on signed notes (and of the Go package for them)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SEED, OTHER = b"\1" * 32, b"\2" * 32
NAME = "samverkan/prov"
NODE, ROOTS = _grown([_leaf(bytes([n])) for n in range(40)])


def _note(size: int, seed: bytes = SEED, name: str = NAME, root: bytes | None = None) -> str:
    return signed(Checkpoint(name, size, root or ROOTS[size]).text, name, seed)


def test_the_published_example_is_verified() -> None:
    assert read_note(NOTE).signed_by(read_key(PETER)) == 0


def test_a_changed_text_is_not() -> None:
    assert read_note(NOTE.replace("answer", "solution")).signed_by(read_key(PETER)) is None


# RFC 8032 section 7.1, tests 1 to 3: public key, message, signature
RFC_8032 = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_ed25519_are_verified(public: str, message: str, signature: str) -> None:
    key, said, given_by = (bytes.fromhex(each) for each in (public, message, signature))
    assert verify_signature(key, said, given_by)
    assert not verify_signature(key, said + b"x", given_by)


@given(st.binary(max_size=80), st.integers(0, 63), st.integers(1, 255))
def test_our_own_verification_agrees_with_the_library(message: bytes, at: int, change: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify_signature(public, message, signature)
    spoiled = bytearray(signature)
    spoiled[at] ^= change
    assert not verify_signature(public, message, bytes(spoiled))


def test_a_signature_with_a_larger_number_for_the_same_point_is_refused() -> None:
    """Else anybody could write a second signature of the same note."""
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"note")
    order = 2**252 + 27742317777372353535851937790883648493
    more = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert not verify_signature(public, b"note", signature[:32] + more)


def test_a_key_is_read_as_it_is_written() -> None:
    for witness in (False, True):
        key = public_key("lpo-vasteras", SEED, witness=witness)
        assert read_key(f"{key}\n") == key


@pytest.mark.parametrize("written", ["", "a+b", "a+00000000+AAAA", PETER[:-4], PETER.replace("c74f", "c74e")])
def test_what_is_no_key_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        read_key(written)


def test_a_checkpoint_is_signed_the_same_way_every_time_and_read_back() -> None:
    assert _note(7) == _note(7)
    assert read_checkpoint(read_note(_note(7))) == Checkpoint(NAME, 7, ROOTS[7])
    assert read_note(_note(7)).signed_by(public_key(NAME, SEED)) == 0
    assert read_note(_note(7)).signed_by(public_key(NAME, OTHER)) is None


@pytest.mark.parametrize("text", ["a\n", "a\n07\nAA==\n", "a\n-1\n" + "A" * 43 + "=\n", "a\n7\nxx\n"])
def test_what_is_no_checkpoint_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="three lines"):
        read_checkpoint(read_note(signed(text, "a", SEED)))


def _asked(old: int, new: int, seed: bytes = SEED) -> Request:
    return Request(old, tuple(tree.consistency(NODE, old, new)), _note(new, seed))


def _witness(request: Request, kept: str | None) -> str:
    return witnessed(request, kept, (public_key(NAME, SEED),), "polisen", OTHER, 1_600_000_000)


def test_a_witness_cosigns_what_continues_and_its_signature_has_the_time() -> None:
    first = _witness(_asked(0, 5), None)
    second = _witness(read_request(str(_asked(5, 33))), first)
    key = public_key("polisen", OTHER, witness=True)
    assert read_note(second).signed_by(key) == 1_600_000_000
    assert read_note(second).signed_by(public_key(NAME, SEED)) == 0
    assert read_note(second.replace("\n33\n", "\n34\n")).signed_by(key) is None


def test_a_witness_refuses_a_history_that_is_another_one() -> None:
    kept = _witness(_asked(0, 5), None)
    other = [_leaf(bytes([n + 100])) for n in range(40)]
    node, roots = _grown(other)
    forged = Request(5, tuple(tree.consistency(node, 5, 33)), _note(33, root=roots[33]))
    with pytest.raises(NotContinued, match="does not begin with the 5 events"):
        _witness(forged, kept)


def test_a_witness_refuses_a_shorter_history_and_a_proof_from_elsewhere() -> None:
    kept = _witness(_asked(0, 33), None)
    with pytest.raises(NotContinued, match="since event 33"):
        _witness(_asked(5, 20), kept)
    with pytest.raises(NotContinued, match="does not begin"):
        _witness(replace(_asked(5, 20), old=33), kept)


def test_a_witness_that_kept_nothing_begins_at_the_beginning() -> None:
    with pytest.raises(NotContinued, match="nothing was cosigned here before"):
        _witness(_asked(5, 20), None)


def test_a_witness_refuses_another_key_and_another_register() -> None:
    with pytest.raises(NotContinued, match="not signed by a key that is trusted"):
        _witness(_asked(0, 5, seed=b"\3" * 32), None)
    other = signed(Checkpoint("samverkan/annan", 5, ROOTS[5]).text, NAME, SEED)
    with pytest.raises(NotContinued, match="the one kept is of"):
        _witness(_asked(5, 33), other)


@pytest.mark.parametrize("written", ["", "old x\n\n", "new 5\n\n" + _note(5), "old 5\n!!\n\n" + _note(5)])
def test_what_is_no_request_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_note(read_request(written).note)


def test_a_signature_is_added_once() -> None:
    note = read_note(_note(5))
    theirs = f"{note.text}\n{cosignature(note, 'polisen', OTHER, 7)}"
    once = joined(_note(5), theirs)
    assert joined(once, theirs) == once
    assert once.count("polisen") == 1


def test_only_signatures_that_hold_are_taken_over() -> None:
    note = read_note(_note(5))
    good, key = cosignature(note, "polisen", OTHER, 7), public_key("polisen", OTHER, witness=True)
    spoiled = good[:-10] + ("A" if good[-10] != "A" else "B") + good[-9:]
    assert only_by(f"{note.text}\n{good}", (key,)) == f"{note.text}\n{good}"
    with pytest.raises(ValueError, match="no signature in it"):
        only_by(f"{note.text}\n{spoiled}", (key,))


def test_a_key_under_which_anything_is_signed_is_no_key() -> None:
    identity = Key("polisen", 1, (1).to_bytes(32, "little"))
    with pytest.raises(ValueError, match="no key that can be used"):
        read_key(str(identity))


@pytest.mark.parametrize(
    "rest", ["— a AAAA", "—  AAAA\n", "— a\x0bb AAAA\n", "— a AA AA\n", "— a A\n", "— a AAAA\n" * 17, ""]
)
def test_a_line_that_is_no_signature_makes_no_note(rest: str) -> None:
    with pytest.raises(ValueError, match=r"a note is|is no signature|not base64"):
        read_note(f"text\n\n{rest}")


def test_a_tree_goes_on_from_its_right_edge() -> None:
    whole, half = Tree(), Tree()
    for n in range(23):
        (half if n < 13 else whole).add(_leaf(bytes([n])))
        if n == 12:
            whole = Tree(13, half.edge)
    assert whole.root() == ROOTS[23]
