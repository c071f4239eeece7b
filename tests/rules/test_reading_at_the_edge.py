"""Reading where there is nothing yet, no longer, or all at once."""

from collections.abc import Callable

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import ids, paths
from tests.rules.acting import Database, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed


@pytest.mark.parametrize("group", ["members", "messages", "users", "staff", "batches", "chats"])
@pytest.mark.parametrize("who", ["alice", "owner"])
def test_nobody_reads_across_the_tree(
    group: str, who: str, act: Callable[[str], firestore.Client]
) -> None:
    assert verdict(act(who).collection_group(group).limit(1).get) == "denied"


@pytest.mark.parametrize("kind", ["case", "broadcast"])
@pytest.mark.parametrize("role", ROLES)
def test_staff_find_only_cases_and_broadcasts_of_their_service(
    role: str, kind: str, cast: Cast, database: Database
) -> None:
    def found(service: str) -> firestore.Query:
        chats = database.user(cast.staff(role)).collection("chats")
        of_service = chats.where(filter=FieldFilter("serviceId", "==", service))
        return of_service.where(filter=FieldFilter("kind", "==", kind))

    assert [chat.id for chat in found(cast.service).get()] == [cast.chats[kind]]
    assert verdict(found(cast.rival).get) == "denied"


@pytest.mark.parametrize(
    ("who", "chat", "expected"),
    [
        ("owner", "case", "allowed"),
        ("owner", "group", "denied"),
        ("alice", "case", "denied"),
        ("alice", "group", "denied"),
        ("alice", "direct", "denied"),
    ],
)
def test_only_staff_find_chats_by_their_ids(
    who: str, chat: str, expected: str, cast: Cast, database: Database
) -> None:
    chats = database.user(cast.member(who)).collection("chats")
    by_id = FieldFilter("__name__", "==", chats.document(cast.chats[chat]))
    assert verdict(chats.where(filter=by_id).get) == expected


@pytest.mark.parametrize(("who", "expected"), [("alice", "allowed"), ("agent", "denied")])
def test_staff_read_no_typing_in_a_broadcast(
    who: str, expected: str, cast: Cast, database: Database
) -> None:
    client = database.user(cast.member(who))
    typing = client.document(paths.typing_indicator(cast.broadcast, f"service:{cast.service}"))
    by_id = FieldFilter("__name__", "==", typing)
    assert verdict(typing.parent.where(filter=by_id).get) == expected


def test_a_case_belongs_to_the_service_in_its_id(
    cast: Cast, seed: Seed, database: Database
) -> None:
    case = paths.chat(ids.case_chat_id(cast.bob, cast.rival))
    seed({case: {"serviceId": cast.service, "kind": "case"}})
    assert verdict(database.user(cast.staff("owner")).document(case).get) == "denied"
    assert verdict(database.user(cast.rival_owner).document(case).get) == "allowed"


def test_a_query_must_be_limited_to_readable_documents(
    cast: Cast, seed: Seed, database: Database
) -> None:
    name = f"only-{cast.suffix}"
    seed({paths.campaign(name): {"serviceId": cast.service, "name": name}})
    campaigns = database.user(cast.staff("owner")).collection(paths.CAMPAIGN_QUEUE)
    called = campaigns.where(filter=FieldFilter("name", "==", name))
    asked = called.where(filter=FieldFilter("serviceId", "==", cast.service))
    assert verdict(called.get) == "denied"
    assert [found.id for found in asked.get()] == [name]


@pytest.mark.parametrize("role", ROLES)
def test_staff_list_no_groups(role: str, cast: Cast, database: Database) -> None:
    of_service = FieldFilter("serviceId", "==", cast.service)
    groups = database.user(cast.staff(role)).collection("chats").where(filter=of_service)
    assert verdict(groups.where(filter=FieldFilter("kind", "==", "group")).get) == "denied"


def test_an_unknown_role_reads_nothing(cast: Cast, seed: Seed, database: Database) -> None:
    staff = paths.staff(cast.service, cast.stranger)
    service = database.user(cast.stranger).document(paths.service(cast.service))
    for role, expected in (("guest", "denied"), ("viewer", "allowed")):
        seed({staff: {"role": role, "displayName": "Ann"}})
        assert verdict(service.get) == expected


@pytest.mark.parametrize("role", ROLES)
def test_staff_listen_to_a_status_before_it_exists(
    role: str, cast: Cast, seed: Seed, database: Database
) -> None:
    campaign = f"early-{cast.suffix}"
    seed({paths.campaign(campaign): {"serviceId": cast.service}})
    status = paths.campaign_status(campaign)
    assert not database.user(cast.staff(role)).document(status).get().exists
    for stranger in (cast.rival_owner, cast.alice):
        assert verdict(database.user(stranger).document(status).get) == "denied"


@pytest.mark.parametrize("told_by", ["the batch", "the job"])
def test_staff_read_a_batch_whose_service_is_known(
    told_by: str, cast: Cast, seed: Seed, database: Database
) -> None:
    whose = {"serviceId": cast.service}
    batch = paths.campaign_batch(cast.suffix, "b1")
    if told_by == "the batch":
        seed({batch: whose})
    else:
        seed({batch: {"number": 1}, paths.campaign(cast.suffix): whose})
    for who, expected in ((cast.staff("viewer"), "allowed"), (cast.rival_owner, "denied")):
        assert verdict(database.user(who).document(batch).get) == expected


def test_a_missing_document_reveals_no_more_than_a_forbidden_one(
    cast: Cast, database: Database
) -> None:
    stranger = database.user(cast.stranger)
    for path in (
        paths.user("none"),
        paths.chat("none"),
        paths.campaign("none"),
        paths.campaign_status("none"),
        paths.service("none"),
        paths.message(cast.group, "none"),
        paths.chat(f"{cast.alice}:service:none"),
    ):
        assert verdict(stranger.document(path).get) == "denied"


def test_a_member_who_left_reads_nothing_of_the_chat(cast: Cast, database: Database) -> None:
    carol = database.user(cast.carol)
    chat = carol.document(paths.chat(cast.group))
    reads = [
        chat.get,
        carol.collection(paths.chat_members(cast.group)).get,
        carol.collection(paths.messages(cast.group)).get,
        carol.collection(f"chatReadReceipts/{cast.group}/members").get,
        carol.collection(f"chatTypingIndicators/{cast.group}/members").get,
    ]
    assert {verdict(read) for read in reads} == {"allowed"}
    database.server().document(paths.chat_member(cast.group, cast.carol)).delete()
    assert {verdict(read) for read in reads} == {"denied"}
