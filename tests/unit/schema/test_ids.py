import pytest

from schema import ids


def test_two_people_have_one_direct_chat_id() -> None:
    assert ids.direct_chat_id("bob", "alice") == ids.direct_chat_id("alice", "bob") == "alice:bob"


def test_uids_are_sorted_by_utf_16_units() -> None:
    assert ids.direct_chat_id("\uff21", "\U0001f600") == "\U0001f600:\uff21"


@pytest.mark.parametrize(
    ("uid", "other"), [("a", "a"), ("a", "b:c"), ("service", "a"), ("a", ""), ("a", "..")]
)
def test_a_direct_chat_needs_two_different_uids(uid: str, other: str) -> None:
    with pytest.raises(ValueError, match="two different uids"):
        ids.direct_chat_id(uid, other)


@pytest.mark.parametrize(
    ("chat_id", "expected"),
    [
        ("alice:bob", ids.ChatId("direct", ("alice", "bob"), "default")),
        ("alice:service:shop", ids.ChatId("case", ("alice",), "shop")),
        ("alice:broadcast:shop", ids.ChatId("broadcast", ("alice",), "shop")),
        ("f3a9", ids.ChatId("group", (), None)),
    ],
)
def test_a_chat_id_contains_kind_people_and_service(chat_id: str, expected: ids.ChatId) -> None:
    assert ids.parse_chat_id(chat_id) == expected


def test_building_a_chat_id_inverts_parsing() -> None:
    assert ids.parse_chat_id(ids.case_chat_id("u", "s")) == ids.ChatId("case", ("u",), "s")
    assert ids.parse_chat_id(ids.broadcast_chat_id("u", "s")) == ids.ChatId(
        "broadcast", ("u",), "s"
    )
    assert ids.parse_chat_id(ids.group_chat_id("s", "team:1")).kind == "group"


def test_a_unique_name_is_separate_in_each_service() -> None:
    assert ids.group_chat_id("shop", "team") == ids.group_chat_id("shop", "team")
    assert ids.group_chat_id("shop", "team") != ids.group_chat_id("bank", "team")


@pytest.mark.parametrize("name", ["service", "broadcast", "system", "a:b", "a/b", "..", "__x__"])
def test_reserved_words_and_paths_are_no_names(name: str) -> None:
    assert not ids.is_name(name)


@pytest.mark.parametrize("name", ["x", "x" * 128, "services", "ünï", "a.b@c-d_e", "a b", "a\n"])
def test_other_names_are_allowed(name: str) -> None:
    assert ids.is_name(name)


@pytest.mark.parametrize("name", ["", "x" * 129])
def test_a_name_has_1_to_128_characters(name: str) -> None:
    assert not ids.is_name(name)


def test_a_dashboard_is_a_member_by_its_service_id() -> None:
    assert ids.service_of_member(ids.service_member("shop")) == "shop"
    assert ids.service_of_member("alice") is None


def test_a_campaign_has_one_message_id_for_each_person() -> None:
    assert ids.campaign_message_id("c1", "alice") == "c1:alice"


def test_batch_ids_repeat_for_the_same_batch_and_never_for_another() -> None:
    batches = {ids.campaign_batch_id("c1", number) for number in range(1_000)}

    assert len(batches) == 1_000
    assert ids.campaign_batch_id("c1", 0) in batches
    assert ids.campaign_batch_id("c2", 0) not in batches


def test_a_notification_tag_is_32_hex_digits_of_chat_and_message() -> None:
    # printf 'alice:bob/m1' | sha256sum | cut -c 1-32
    assert ids.notification_tag("alice:bob", "m1") == "c33617f75db758657a503be8d5fb86d7"
