"""The files of the log and the proofs of the API, as a client gets them."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from events.stores import Store
from events.stores.outside import Outside
from events.tlog import proofs, tiles
from events.tlog.checkpoint import Checkpoint
from events.tlog.note import Verifier
from service import create_app, signing
from service.settings import Settings
from tests.service.client import BASE, ENDORSED, LIBYA, Client, problem
from tests.tlog import textbook
from tests.tlog.served import SIGNER, VKEY, grow

PINNED = "public, max-age=31536000, immutable"


@pytest.fixture
def signed(libya: Client, store: Store) -> Client:
    """The timeline `libya`, signed at position 7."""
    signing.sign(store, SIGNER, "libya")
    return libya


def leaves(store: Store) -> list[bytes]:
    return [leaf for _, leaf, _ in store.proofs("libya")]


def test_the_checkpoint_is_a_note_that_the_verifier_key_opens(signed: Client, store: Store) -> None:
    answer = signed.get("/log/libya/checkpoint")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    key = signed.get("/log/libya/vkey")
    assert key.content_type == "text/plain; charset=utf-8"
    assert key.text == f"{VKEY}\n"
    text = Verifier.read(key.text).open(answer.text)
    root = b64encode(textbook.root(leaves(store))).decode()
    assert text == f"allegiance.example/log/libya\n7\n{root}\n"


def test_a_checkpoint_is_revalidated_until_something_new_is_signed(signed: Client, store: Store) -> None:
    tag = signed.get("/log/libya/checkpoint").headers["ETag"]
    signed.append(ENDORSED)
    assert signed.get("/log/libya/checkpoint", If_None_Match=tag).status_code == 304
    signing.sign(store, SIGNER, "libya")
    assert Checkpoint.read(signed.get("/log/libya/checkpoint", If_None_Match=tag).text).size == 8


@pytest.mark.parametrize("name", ["checkpoint", "vkey"])
def test_what_was_never_signed_has_no_checkpoint(libya: Client, name: str) -> None:
    assert "allegiance sign" in problem(libya.get(f"/log/libya/{name}"), 404)["detail"]
    problem(libya.get(f"/log/nowhere/{name}"), 404)


def test_tiles_and_bundles_are_those_of_the_log(client: Client, store: Store) -> None:
    grow(store, 600)
    these = leaves(store)
    for name, start, end in [
        ("000", 0, 256),
        ("001", 256, 512),
        ("002.p/88", 512, 600),
        ("002.p/7", 512, 519),
    ]:
        tile = client.get(f"/log/libya/tile/0/{name}")
        assert tile.data == b"".join(these[start:end])
        bundle = client.get(f"/log/libya/tile/entries/{name}")
        assert list(map(textbook.leaf, tiles.unbundle(bundle.data))) == these[start:end]
        for answer in (tile, bundle):
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Cache-Control"] == PINNED
            assert client.get(answer.request.path, If_None_Match=answer.headers["ETag"]).status_code == 304
    above = client.get("/log/libya/tile/1/000.p/2").data
    assert above == textbook.root(these[:256]) + textbook.root(these[256:512])


@pytest.mark.parametrize(
    "name",
    [
        *("0/000", "0/000.p/8", "0/001", "0/001.p/1", "1/000.p/1", "1/000", "entries/000", "63/000.p/1"),
        *("0/000.p/0", "0/000.p/07", "00/000.p/7", "0/x000/000.p/7", "0/0", "8/0/000", "data/000", "..", ""),
    ],
)
def test_a_tile_that_the_log_has_not_is_not_found(signed: Client, name: str) -> None:
    problem(signed.get(f"/log/libya/tile/{name}"), 404)


def checked(answer: dict[str, Any]) -> str:
    """The root that a proof comes to, from the text of the header on."""
    if answer["salt"] is not None:
        body = hashlib.sha256(bytes.fromhex(answer["salt"]) + answer["body"].encode()).hexdigest()
        assert f'"body":"{body}"' in answer["header"]
    leaf = textbook.leaf(answer["header"].encode())
    assert b64encode(leaf).decode() == answer["leaf"]
    hashes = [b64decode(hash) for hash in answer["hashes"]]
    root = proofs.root_of_inclusion(leaf, answer["position"] - 1, answer["size"], hashes)
    return b64encode(root).decode()


def test_a_proof_leads_from_what_is_kept_to_the_root(libya: Client, store: Store) -> None:
    for size in range(1, 8):
        root = b64encode(textbook.root(leaves(store)[:size])).decode()
        for position in range(1, size + 1):
            answer = libya.get(f"{BASE}/log/proof?position={position}&size={size}").json
            assert checked(answer) == answer["root"] == root


def test_a_proof_is_of_the_whole_log_unless_a_size_is_named(libya: Client) -> None:
    live, pinned = (libya.get(f"{BASE}/log/proof?position=3{size}") for size in ("", "&size=7"))
    assert live.json == pinned.json
    assert live.headers["Cache-Control"] == pinned.headers["Cache-Control"] == "public, no-cache"


def test_every_snapshot_names_the_root_that_a_proof_comes_to(libya: Client) -> None:
    before = libya.get(f"{BASE}/state?at=2019-05-01&known_at=7")
    libya.append(ENDORSED)
    assert libya.get(f"{BASE}/state?at=2019-05-01&known_at=7").data == before.data
    assert before.json["root"] == libya.get(f"{BASE}/log/proof?position=1&size=7").json["root"]
    now = libya.get(f"{BASE}/state?at=2019-05-01").json
    assert now["root"] == libya.get(f"{BASE}/log/proof?position=1").json["root"] != before.json["root"]


def test_the_log_goes_on_from_what_it_was(libya: Client, store: Store) -> None:
    for first in range(8):
        answer = libya.get(f"{BASE}/log/consistency?from={first}&to=7")
        assert answer.headers["Cache-Control"] == PINNED
        said = answer.json
        old, new = (first, b64decode(said["from_root"])), (7, b64decode(said["to_root"]))
        assert old[1] == textbook.root(leaves(store)[:first])
        proofs.check_consistency(old, new, [b64decode(hash) for hash in said["hashes"]])
    assert (
        libya.get(f"{BASE}/log/consistency?from=3").json
        == libya.get(f"{BASE}/log/consistency?from=3&to=7").json
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("proof", 422),
        ("proof?position=0", 422),
        ("proof?position=x", 422),
        ("proof?position=8", 422),
        ("proof?position=5&size=4", 422),
        ("proof?position=1&size=8", 404),
        ("proof?position=1&nonsense=1", 422),
        ("consistency", 422),
        ("consistency?from=8", 422),
        ("consistency?from=5&to=4", 422),
        ("consistency?from=5&to=8", 404),
    ],
)
def test_a_proof_that_cannot_be_is_refused(libya: Client, query: str, status: int) -> None:
    problem(libya.get(f"{BASE}/log/{query}"), status)


def test_a_forked_history_takes_no_writes_and_can_be_read(
    signed: Client, store: Store, token: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was signed is two entries ahead of the log, as after an old backup was restored."""
    ahead = SIGNER.named(f"{SIGNER.verifier.name}/libya").sign(f"a\n9\n{b64encode(bytes(32)).decode()}\n")
    store.outside = Outside(tmp_path / "outside")
    store.outside.keep("libya", ahead)
    client = Client(create_app(Settings(), store), token)
    assert "it ends at position 7, and it was signed at 9" in caplog.text
    refused = problem(client.append(ENDORSED), 503)
    assert refused["type"] == "/docs/errors#history-forked"
    assert client.head() == len(LIBYA) + 1
    assert client.get(f"{BASE}/state?at=2019-05-01").status_code == 200
    assert client.get("/log/libya/checkpoint").status_code == 200
