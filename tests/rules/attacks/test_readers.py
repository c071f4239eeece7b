"""Who is nobody in a chat or a service reads nothing of it, at any path, by any call."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud import firestore

from schema import paths
from tests.rules.acting import Database, Document, unsigned_token, verdict
from tests.rules.attacks.stage import DISGUISES, OUTSIDERS, Stage, client_of

WHO_KNOWS_NOTHING = [who for who in OUTSIDERS if who != "rival-owner"]


@pytest.fixture(scope="module")
def gallery(new_stage: Callable[[], Stage]) -> Stage:
    return new_stage()


@pytest.fixture(scope="module")
def exhibits(gallery: Stage) -> dict[str, Document]:
    """A document of each collection of the stage."""
    return {parent(path): {path: fields} for path, fields in gallery.documents().items()}


@pytest.fixture
def shown(exhibits: dict[str, Document]) -> dict[str, Document]:
    return {path: fields for of in exhibits.values() for path, fields in of.items()}


def parent(path: str) -> str:
    return path.rsplit("/", 1)[0]


def readable(client: firestore.Client, documents: list[str]) -> set[str]:
    return {path for path in documents if verdict(client.document(path).get) == "allowed"}


def listed(client: firestore.Client, collections: list[str]) -> set[str]:
    """The collections that may be listed, counted, or summed."""
    return {
        collection
        for collection in collections
        for query in [client.collection(collection).limit(1)]
        if "allowed"
        in (verdict(query.get), verdict(query.count().get), verdict(query.sum("messageCount").get))
    }


@pytest.mark.parametrize("who", WHO_KNOWS_NOTHING)
def test_an_outsider_reads_only_profiles(
    who: str, gallery: Stage, shown: dict[str, Document], database: Database
) -> None:
    client = client_of(database, gallery, who)
    profiles = {path for path in shown if path.startswith(f"{paths.PROFILES}/")}
    assert profiles
    assert readable(client, list(shown)) == (set() if who == "nobody" else profiles)


@pytest.mark.parametrize("who", WHO_KNOWS_NOTHING)
def test_an_outsider_lists_nothing(
    who: str, gallery: Stage, exhibits: dict[str, Document], database: Database
) -> None:
    assert listed(client_of(database, gallery, who), list(exhibits)) == set()


def test_staff_of_a_rival_read_only_the_rivals_documents(
    gallery: Stage, shown: dict[str, Document], database: Database
) -> None:
    client = client_of(database, gallery, "rival-owner")
    seen = {path for path in readable(client, list(shown)) if paths.PROFILES not in path}
    own = (gallery.rival, gallery.rival_campaign, gallery.rival_job)
    assert seen
    assert [path for path in seen if not any(name in path for name in own)] == []


def test_a_muted_member_reads_like_any_other(
    gallery: Stage, shown: dict[str, Document], database: Database
) -> None:
    seen = [readable(client_of(database, gallery, who), list(shown)) for who in ("muted", "carol")]
    assert seen[0] == seen[1]
    assert any(path.startswith(paths.messages(gallery.group)) for path in seen[0])


@pytest.mark.parametrize("who", ["stranger", "removed", "rival-owner", *DISGUISES])
def test_a_missing_document_reveals_no_more_than_a_forbidden_one(
    who: str, gallery: Stage, shown: dict[str, Document], database: Database
) -> None:
    client = client_of(database, gallery, who)
    forbidden = set(shown) - readable(client, list(shown))
    missing = [f"{parent(path)}/missing" for path in forbidden]
    assert missing
    told = readable(client, missing)
    assert told == set()


@pytest.mark.parametrize("who", ["nobody", "stranger", "alice", "owner"])
def test_no_collection_is_read_across_the_tree(
    who: str, gallery: Stage, exhibits: dict[str, Document], database: Database
) -> None:
    client = client_of(database, gallery, who)
    names = sorted({paths.last_segment(collection) for collection in exhibits})
    assert len(names) > 20
    groups = [client.collection_group(name).limit(1) for name in names]
    assert {verdict(group.get) for group in groups} == {"denied"}
    assert {verdict(group.count().get) for group in groups} == {"denied"}


@pytest.mark.parametrize("reserved", ["__x__", ".", "..", "x" * 1_501])
def test_ids_that_firestore_reserves_reach_no_rule(
    reserved: str, stage: Stage, database: Database
) -> None:
    mine = client_of(database, stage, "alice").document(paths.user_block(stage.alice, reserved))
    with pytest.raises(InvalidArgument):
        mine.set({"createdAt": firestore.SERVER_TIMESTAMP})


@pytest.mark.parametrize(("key", "answer"), [("a", 200), ("", 400)])
def test_a_map_with_an_empty_key_reaches_no_rule(
    key: str, answer: int, stage: Stage, database: Database
) -> None:
    """Encode it here, because the client library refuses such a map too."""
    muted = {"mapValue": {"fields": {key: {"booleanValue": True}}}}
    path = f"projects/{database.project}/databases/(default)/documents"
    request = urllib.request.Request(
        f"http://{database.host}/v1/{path}/{paths.push_tokens(stage.stranger)}",
        data=json.dumps({"fields": {"devices": {"mapValue": {}}, "muted": muted}}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {unsigned_token(database.project, stage.stranger, {})}",
        },
        method="PATCH",
    )
    try:
        status = urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        status = error.code
    assert status == answer
