"""Roots and proofs of the tree, against RFC 6962 and against the vectors of Certificate Transparency."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog import proofs, tree
from tests.tlog import textbook
from tests.tlog.textbook import Kept

# The entries, roots and proofs that the reference implementation of Certificate Transparency is tested with.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): ["96a296d2", "5f083f0a", "6b47aaf2"],
    (5, 8): ["bc1a0643", "ca854ea1", "d37ee418"],
    (2, 3): ["fac54203"],
    (1, 5): ["6e340b9c", "5f083f0a", "bc1a0643"],
}
CONSISTENCY = {
    (1, 8): ["96a296d2", "5f083f0a", "6b47aaf2"],
    (6, 8): ["0ebc5d34", "ca854ea1", "d37ee418"],
    (2, 5): ["5f083f0a", "bc1a0643"],
}


def kept(leaves: list[bytes], *parts: int) -> Kept:
    """A tree of these leaves, appended in parts of these sizes, the rest at the end."""
    tree_of = Kept()
    start = 0
    for size in (*parts, len(leaves)):
        tree_of.extend(leaves[start : start + size], tree.completed)
        start += size
    return tree_of


KNOWN = kept([textbook.leaf(entry) for entry in ENTRIES])


def leaves(count: int) -> list[bytes]:
    return [textbook.leaf(str(number).encode()) for number in range(count)]


LARGE = leaves(70_000)
LARGE_TREE = kept(LARGE)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert tree.root(KNOWN.read, size).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "size"), INCLUSION)
def test_the_proofs_of_inclusion_are_those_of_certificate_transparency(place: int, size: int) -> None:
    proof = tree.inclusion(KNOWN.read, place, size)
    assert [hash.hex()[:8] for hash in proof] == INCLUSION[place, size]
    leaf = textbook.leaf(ENTRIES[place])
    assert proofs.root_of_inclusion(leaf, place, size, proof).hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_proofs_of_consistency_are_those_of_certificate_transparency(old: int, new: int) -> None:
    proof = tree.consistency(KNOWN.read, old, new)
    assert [hash.hex()[:8] for hash in proof] == CONSISTENCY[old, new]


def test_every_small_tree_is_that_of_the_textbook() -> None:
    """All roots, and all proofs of inclusion and consistency, of every size to 40; each of them verifies."""
    for size in range(1, 41):
        these = leaves(size)
        read = kept(these).read
        root = tree.root(read, size)
        assert root == textbook.root(these)
        for place in range(size):
            proof = tree.inclusion(read, place, size)
            assert proof == textbook.path(place, these)
            assert proofs.root_of_inclusion(these[place], place, size, proof) == root
        for old in range(size + 1):
            proof = tree.consistency(read, old, size)
            assert proof == textbook.proof(old, these)
            proofs.check_consistency((old, textbook.root(these[:old])), (size, root), proof)


@given(st.data())
def test_a_tree_of_any_size_is_that_of_the_textbook(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 3000) | st.sampled_from([255, 256, 257, 65_535, 65_536, 65_537]))
    place = data.draw(st.integers(0, size - 1))
    these = LARGE[:size]
    root = textbook.root(these)
    assert tree.root(LARGE_TREE.read, size) == root
    proof = tree.inclusion(LARGE_TREE.read, place, size)
    assert proof == textbook.path(place, these)
    assert proofs.root_of_inclusion(these[place], place, size, proof) == root
    proof = tree.consistency(LARGE_TREE.read, place, size)
    assert proof == textbook.proof(place, these)
    proofs.check_consistency((place, textbook.root(these[:place])), (size, root), proof)


@given(st.lists(st.integers(0, 700), max_size=20))
def test_a_tree_grown_in_parts_is_the_tree_grown_at_once(parts: list[int]) -> None:
    these = LARGE[: sum(parts)]
    assert kept(these, *parts).levels == kept(these).levels


def test_what_is_kept_above_the_leaves_are_the_roots_of_what_is_below() -> None:
    assert [len(level) for level in LARGE_TREE.levels] == [70_000, 273, 1]
    assert LARGE_TREE.levels[1] == [textbook.root(LARGE[at : at + 256]) for at in range(0, 69_888, 256)]
    assert LARGE_TREE.levels[2] == [textbook.root(LARGE[:65_536])]


# Proofs that are wrong

SIZES = st.integers(1, 300)


def changed(proof: list[bytes], chance: Random) -> list[bytes]:
    """A proof with a bit flipped, a hash left out, doubled, added, or two exchanged."""
    if not proof:
        return [bytes(32)]
    at = chance.randrange(len(proof))
    flipped = bytearray(proof[at])
    flipped[chance.randrange(32)] ^= 1 << chance.randrange(8)
    return chance.choice(
        [
            [*proof[:at], bytes(flipped), *proof[at + 1 :]],
            [*proof[:at], *proof[at + 1 :]],
            [*proof[: at + 1], *proof[at:]],
            [*proof, bytes(32)],
            [proof[at], *proof],
        ]
    )


@given(SIZES, st.data(), st.randoms(use_true_random=False))
def test_a_changed_proof_of_inclusion_is_found(size: int, data: st.DataObject, chance: Random) -> None:
    place = data.draw(st.integers(0, size - 1))
    root = tree.root(LARGE_TREE.read, size)
    proof = tree.inclusion(LARGE_TREE.read, place, size)

    def shown(leaf: bytes, place: int, size: int, proof: list[bytes]) -> bool:
        try:
            return proofs.root_of_inclusion(leaf, place, size, proof) == root
        except proofs.ProofError:
            return False

    assert shown(LARGE[place], place, size, proof)
    assert not shown(LARGE[place], place, size, changed(proof, chance))
    assert not shown(LARGE[place + 1], place, size, proof)
    other = data.draw(st.integers(-1, size))
    assert other == place or not shown(LARGE[place], other, size, proof)


@given(SIZES, st.data(), st.randoms(use_true_random=False))
def test_a_changed_proof_of_consistency_is_found(size: int, data: st.DataObject, chance: Random) -> None:
    old = data.draw(st.integers(0, size))
    roots = [tree.root(LARGE_TREE.read, number) for number in (old, size)]
    proof = tree.consistency(LARGE_TREE.read, old, size)
    proofs.check_consistency((old, roots[0]), (size, roots[1]), proof)
    forged = [bytes([root[0] ^ 1]) + root[1:] for root in roots]
    for early, late, hashes in [
        (roots[0], roots[1], changed(proof, chance)),
        (forged[0], roots[1], proof),
        (roots[0], forged[1], proof),
    ]:
        if old == 0 and (early, hashes) == (roots[0], proof):
            continue  # every tree begins with the empty one
        with pytest.raises(proofs.ProofError):
            proofs.check_consistency((old, early), (size, late), hashes)


def test_a_tree_does_not_begin_with_a_larger_one() -> None:
    with pytest.raises(proofs.ProofError, match="cannot begin"):
        proofs.check_consistency((5, bytes(32)), (4, bytes(32)), [])
