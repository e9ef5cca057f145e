"""allegiance token create, list and revoke."""

from __future__ import annotations

from tests.cli.command import Command


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
    assert "'append', 'correct', 'admin'" in allegiance.error(2, "token", "create", "--scope", "write")
