"""The Merkle tree of the ledger: published vectors, another implementation, and the laws of its proofs."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from adapters.ledger import tree
from adapters.ledger.verify import EMPTY, Tree, leaf_hash, node_hash
from adapters.ledger.verify import verify_consistency as ours_consistent
from adapters.ledger.verify import verify_inclusion as ours_included

# the leaves and roots of Certificate Transparency's own tests of this tree
DATA = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def _leaf(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def _grown(leaves: list[bytes]) -> tuple[tree.Node, list[bytes]]:
    """(subtrees by level and index, the root at every size from 0)."""
    nodes: dict[tuple[int, int], bytes] = {}
    grown, roots = Tree(), [EMPTY]
    for leaf in leaves:
        for level, node in enumerate(grown.add(leaf)):
            nodes[level, (grown.size - 1) >> level] = node
        roots.append(grown.root())
    return lambda level, index: nodes[level, index], roots


def test_the_roots_are_those_of_the_published_vectors() -> None:
    _, roots = _grown([_leaf(data) for data in DATA])
    assert tuple(root.hex() for root in roots[1:]) == ROOTS


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_leaf_is_hashed_with_the_length_of_each_part() -> None:
    """So that no two events have the same encoding, whatever moves from one part to its neighbour."""
    parts = [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")]
    assert len({leaf_hash(1, stream, 1, topic, "2020", b"") for stream, topic in parts}) == 4
    head = b"\x00samverkan-leaf-v1" + (7).to_bytes(8, "big") + (2).to_bytes(8, "big")
    lengths = b"".join(n.to_bytes(4, "big") for n in (1, 5, 4, 3))
    by_hand = sha256(head + lengths + b"s" + "öt".encode() + b"cd" + b"2020" + b"{ }").digest()
    assert leaf_hash(7, "s", 2, "ötcd", "2020", b"{ }") == by_hand


def test_another_implementation_has_the_same_roots_and_proofs() -> None:
    data = [bytes([n]) * (n % 7) for n in range(70)]
    theirs = InmemoryTree(algorithm="sha256")
    for each in data:
        theirs.append_entry(each)
    leaves = [_leaf(each) for each in data]
    node, roots = _grown(leaves)
    for size in range(1, len(data) + 1):
        assert theirs.get_root(size) == roots[size]
    for size in (1, 2, 3, 31, 32, 33, 64, 70):
        for number in range(1, size + 1):
            proof = theirs.prove_inclusion(number, size)
            verify_inclusion(leaves[number - 1], roots[size], proof)
            assert _path(proof) == tree.inclusion(node, number - 1, size)
        for old in range(1, size):
            verify_consistency(roots[old], roots[size], theirs.prove_consistency(old, size))


def _path(proof: Any) -> list[bytes]:
    """Their inclusion path without the leaf that it begins with."""
    return [bytes.fromhex(each) for each in proof.serialize()["path"]][1:]


@given(st.integers(1, 130), st.data())
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = [_leaf(n.to_bytes(2, "big")) for n in range(size)]
    node, roots = _grown(leaves)
    number = data.draw(st.integers(1, size))
    path = tree.inclusion(node, number - 1, size)
    assert ours_included(leaves[number - 1], number, size, path, roots[size])
    assert not ours_included(_leaf(b"other"), number, size, path, roots[size])
    assert not ours_included(leaves[number - 1], number, size, path, _leaf(b"another root"))
    assert not ours_included(leaves[number - 1], number, size, [*path, roots[size]], roots[size])
    assert not ours_included(leaves[number - 1], size + 1, size, path, roots[size])
    assert len(path) <= max(1, (size - 1).bit_length())


@given(st.integers(1, 130), st.data())
def test_every_earlier_tree_is_proved_and_no_other(new: int, data: st.DataObject) -> None:
    node, roots = _grown([_leaf(n.to_bytes(2, "big")) for n in range(new)])
    old = data.draw(st.integers(0, new))
    path = tree.consistency(node, old, new)
    assert ours_consistent(old, new, path, roots[old], roots[new])
    assert not ours_consistent(old, new, path, _leaf(b"another root"), roots[new])
    if path:
        assert not ours_consistent(old, new, path, roots[old], _leaf(b"another root"))
        assert not ours_consistent(old, new, path[:-1], roots[old], roots[new])
        changed = [*path[:-1], node_hash(path[-1], path[-1])]
        assert not ours_consistent(old, new, changed, roots[old], roots[new])


@pytest.mark.parametrize(("old", "new"), [(3, 2), (5, 4)])
def test_a_history_that_became_shorter_is_never_consistent(old: int, new: int) -> None:
    _, roots = _grown([_leaf(bytes([n])) for n in range(6)])
    assert not ours_consistent(old, new, [], roots[old], roots[new])
    assert not ours_consistent(old, new, [roots[new]], roots[old], roots[new])
