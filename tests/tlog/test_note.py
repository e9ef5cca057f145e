"""Signed notes and checkpoints, against those that the specifications and Go's packages publish."""

from __future__ import annotations

import base64
import hashlib
from random import Random

import pytest

from events.tlog.checkpoint import Checkpoint, signed
from events.tlog.note import NoteError, Signer, Verifier, parts

# The example of Go's golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
QUOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
NOTE = (
    f"{QUOTE}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
# The checkpoint that c2sp.org/tlog-checkpoint shows.
SHOWN = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9"
    "nTo+zyWE+xeMcTOAYQ8=\n"
)
SIGNER = Signer.create("example.org/log", Random(5).randbytes)


def test_a_note_that_go_signed_opens_with_its_verifier_key() -> None:
    assert Verifier.read(PETER).open(NOTE) == QUOTE


def test_the_same_key_makes_the_same_note_as_go() -> None:
    signer = Signer.read(PETER_SECRET)
    assert signer.verifier.text == PETER
    assert signer.text == PETER_SECRET
    assert signer.sign(QUOTE) == NOTE


def test_the_checkpoint_of_the_specification_is_read() -> None:
    checkpoint = Checkpoint.read(SHOWN)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert SHOWN.startswith(checkpoint.text)


def test_a_checkpoint_is_signed_by_the_log_that_it_is_of() -> None:
    made = signed(SIGNER, 7, hashlib.sha256(b"").digest())
    assert made.vkey == SIGNER.verifier.text
    assert Verifier.read(made.vkey).open(made.note) == Checkpoint.read(made.note).text
    assert Checkpoint.read(made.note) == ("example.org/log", 7, hashlib.sha256(b"").digest())


def test_a_witness_may_sign_beside_the_log() -> None:
    """Its line is of a type that is not checked here; the log's own still is."""
    made = signed(SIGNER, 7, bytes(32)).note
    cosigned = made + f"— witness.example {base64.b64encode(bytes(76)).decode()}\n"
    assert SIGNER.verifier.open(cosigned) == Checkpoint.read(cosigned).text
    assert [name for name, _ in parts(cosigned)[1]] == ["example.org/log", "witness.example"]


def test_another_key_of_the_same_name_is_another_key() -> None:
    other = Signer.create("example.org/log", Random(6).randbytes)
    with pytest.raises(NoteError, match="did not sign"):
        other.verifier.open(SIGNER.sign("text\n"))


def test_the_secret_is_not_in_what_is_public() -> None:
    assert SIGNER.text.split("+")[-1] not in SIGNER.verifier.text + SIGNER.sign("text\n")


@pytest.mark.parametrize("at", range(0, len(NOTE) - 2, 7))
def test_a_note_of_which_a_character_is_changed_does_not_open(at: int) -> None:
    changed = NOTE[:at] + chr(ord(NOTE[at]) ^ 1) + NOTE[at + 1 :]
    with pytest.raises(NoteError):
        Verifier.read(PETER).open(changed)


@pytest.mark.parametrize(
    "note",
    [
        *("", "text\n", "text\n\n", "\n\n— a AAAAAAAA\n", "text\n\n— a AAAAAAAA", "text\n\n- a AAAAAAAA\n"),
        *(
            "text\n\n— a AAAA\n",
            "text\n\n— a AAAAAAA\n",
            "te\txt\n\n— a AAAAAAAA\n",
            "text\r\n\n— a AAAAAAAA\n",
        ),
        "text\n\n" + "— a AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        parts(note)


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            "a",
            "a+b",
            "a+b+c",
            "a+00000000+AAAA",
            PETER[:-4],
            f"{PETER}AAAA",
            PETER.replace("+c7", "+c8"),
        ),
        *(PETER.replace("Peter", "Pet er"), PETER.replace("Peter", ""), PETER.replace("ARpc", "ARpd")),
    ],
)
def test_what_is_no_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        Verifier.read(key)


@pytest.mark.parametrize("text", ["", PETER, PETER_SECRET[:-4], PETER_SECRET.replace("Peter", "Paul")])
def test_what_is_no_signing_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(NoteError) as caught:
        Signer.read(text)
    assert "AYEK" not in caught.value.detail


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "a\n-1\n{root}\n", "a\n١\n{root}\n", "a\n1\n\n{root}\n"],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str) -> None:
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(NoteError):
        Checkpoint.read(SIGNER.sign(text.format(root=root)))
