"""allegiance token create, list and revoke."""

from __future__ import annotations

from events import codec
from tests.cli.command import Command
from tests.domain.builders import actor


def test_a_token_is_made_with_the_scopes_that_a_desk_needs(allegiance: Command) -> None:
    made = allegiance.json("token", "create")
    assert list(made) == ["id", "token", "scopes"]
    assert made["scopes"] == ["append", "correct"]
    store = allegiance.store()
    assert store.tokens.find(made["token"]).id == made["id"]
    store.close()


def test_a_token_can_be_narrowed(allegiance: Command) -> None:
    allegiance.out("token", "create", "--scope", "append", "--timeline", "libya", "--note", "the desk")
    (item,) = allegiance.json("token", "list")["items"]
    assert (item["scopes"], item["timeline"], item["note"]) == (["append"], "libya", "the desk")


def test_the_secret_alone_is_on_stdout_and_is_never_shown_again(allegiance: Command) -> None:
    result = allegiance("token", "create")
    secret = result.stdout.strip()
    assert secret.startswith("alg_")
    assert "not shown again" in result.stderr
    assert secret not in result.stderr
    assert secret not in allegiance.out("token", "list") + allegiance.out("token", "list", "--json")
    assert secret.encode() not in allegiance.path.read_bytes()


def test_a_revoked_token_is_good_for_nothing(allegiance: Command) -> None:
    made = allegiance.json("token", "create")
    assert f"Token {made['id']} was revoked" in allegiance.out("token", "revoke", made["id"])
    assert "revoked" in allegiance.out("token", "list")
    assert allegiance.json("token", "revoke", made["id"])["revoked_at"] is not None
    store = allegiance.store()
    assert store.tokens.find(made["token"]) is None
    store.close()


def test_without_tokens_the_list_says_how_to_make_one(allegiance: Command) -> None:
    assert "token create" in allegiance.out("token", "list")


def test_a_token_that_is_not_there_is_unknown(allegiance: Command) -> None:
    assert "'t0'" in allegiance.error(3, "token", "revoke", "t0")


def test_a_scope_that_is_none_is_wrong_usage(allegiance: Command) -> None:
    assert "'read', 'append', 'correct', 'admin'" in allegiance.error(
        2, "token", "create", "--scope", "write"
    )


def test_a_token_names_its_author_in_the_log(allegiance: Command) -> None:
    made = allegiance.json("token", "create", "--author", "Libya desk")
    store = allegiance.store()
    assert store.tokens.authors() == {made["id"]: "Libya desk"}
    draft = codec.record(actor("un"), "libya")
    store.append("libya", [draft], author=made["id"], create=True)
    store.close()
    assert f"by Libya desk ({made['id']})" in " ".join(allegiance.out("log", "libya").split())
    assert allegiance.json("log", "libya")["items"][0]["author_name"] == "Libya desk"
    assert "U+202E" in allegiance.error(2, "token", "create", "--author", "a\u202eb")


def test_a_rotated_token_has_a_new_secret_and_keeps_the_old_one_for_a_while(allegiance: Command) -> None:
    made = allegiance.json("token", "create", "--days", "30")
    renewed = allegiance.json("token", "rotate", made["id"], "--overlap", "2")
    assert renewed["id"] == made["id"]
    assert renewed["token"] != made["token"]
    store = allegiance.store()
    assert store.tokens.find(made["token"]) == store.tokens.find(renewed["token"])
    store.close()
    listed = allegiance.out("token", "list")
    assert "good until" in listed
    assert "its old secret" in listed
    allegiance.out("token", "revoke", made["id"])
    assert "for ever" in allegiance.error(4, "token", "rotate", made["id"])


def test_the_list_says_when_a_token_was_last_used_and_what_limits_it(allegiance: Command) -> None:
    made = allegiance.json("token", "create")
    assert "never used" in allegiance.out("token", "list")
    store = allegiance.store()
    store.usage.use(made["id"])
    store.close()
    (item,) = allegiance.json("token", "list")["items"]
    assert item["last_used"].endswith(":00:00.000000Z")
    allegiance.out("token", "limit", made["id"], "50")
    assert "at most 50" in allegiance.out("token", "list")
    assert allegiance.json("token", "limit", made["id"])["limit"] is None
