"""Proofs from a Merkle tree whose complete subtrees are kept: that an event is in it, that one tree begins another.

RFC 9162 sections 2.1.3.1 (PATH) and 2.1.4.1 (SUBPROOF). Leaves are numbered from 0 within this file.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.ledger.verify import EMPTY, node_hash

Node = Callable[[int, int], bytes]
"""(level, index) to the hash of the complete subtree over leaves index·2^level … (index+1)·2^level − 1."""


def subtree(node: Node, first: int, end: int) -> bytes:
    """The hash of the tree over leaves first … end − 1."""
    size = end - first
    if size == 0:
        return EMPTY
    level = size.bit_length() - 1
    if size == 1 << level and first % size == 0:
        return node(level, first >> level)
    middle = first + _half(size)
    return node_hash(subtree(node, first, middle), subtree(node, middle, end))


def inclusion(node: Node, leaf: int, size: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root of the tree of that size."""
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _half(end - first)
        if leaf < middle:
            path.append(subtree(node, middle, end))
            end = middle
        else:
            path.append(subtree(node, first, middle))
            first = middle
    return path[::-1]


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """What shows that the tree of size `new` begins with that of size `old`."""
    if not 0 < old < new:
        return []
    path: list[bytes] = []
    first, end, whole = 0, new, True
    while end != old:
        middle = first + _half(end - first)
        if old <= middle:
            path.append(subtree(node, middle, end))
            end = middle
        else:
            path.append(subtree(node, first, middle))
            first, whole = middle, False
    if not whole:
        path.append(subtree(node, first, end))
    return path[::-1]


def _half(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
