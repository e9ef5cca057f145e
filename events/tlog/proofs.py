"""Checking proofs against roots, as RFC 9162 has it (sections 2.1.3.2 and 2.1.4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import InvalidError
from events.tlog.tree import EMPTY_ROOT, node


class ProofError(InvalidError):
    """A proof that does not show what it is for."""


def root_of_inclusion(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root of a tree of `size` that has `leaf` at a place, from 0, if the proof is good.

    It shows something only where it is held against a root that is known. Raises ProofError.
    """
    if not 0 <= place < size:
        raise ProofError(f"There is no place {place} in a tree of {size}.")
    last, found = size - 1, leaf
    for sibling in proof:
        if not last:
            raise ProofError("The proof is longer than the way to the root.")
        if place & 1 or place == last:
            found = node(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("The proof ends before the root.")
    return found


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree `new` begins with the tree `old`; each is (size, root)."""
    if old[0] > new[0]:
        raise ProofError(f"A tree of {new[0]} cannot begin with one of {old[0]}.")
    if old[0] in (0, new[0]):
        if proof or old[1] != (new[1] if old[0] else EMPTY_ROOT):
            raise ProofError("The roots of the two trees do not fit together.")
    elif _roots_of(old, new[0], proof) != (old[1], new[1]):
        raise ProofError("The later tree does not begin with the earlier one.")


def _roots_of(old: tuple[int, bytes], new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of both trees, as the proof makes them."""
    size, root = old
    # An old tree that is whole is a part of the new one: its root begins the proof.
    path = [root, *proof] if size & (size - 1) == 0 else [*proof]
    if not path:
        raise ProofError("The proof ends before the root.")
    first, last = size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    earlier = later = path[0]
    for hash in path[1:]:
        if not last:
            raise ProofError("The proof is longer than the way to the root.")
        if first & 1 or first == last:
            earlier, later = node(hash, earlier), node(hash, later)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            later = node(later, hash)
        first, last = first >> 1, last >> 1
    if last:
        raise ProofError("The proof ends before the root.")
    return earlier, later
