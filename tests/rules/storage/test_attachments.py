"""Who stores and reads the files behind attachments, and what may lie there."""

import pytest

from schema import limits, paths
from tests.rules.acting import Document
from tests.rules.attacks.stage import DISGUISES, Stage
from tests.rules.cast import ROLES
from tests.rules.form import FUTURE, PAST
from tests.rules.storage.conftest import Judge
from tests.rules.storage.judging import PNG, Request, StorageRules

PEOPLE = ("alice", "bob", "carol", "muted", "removed", "former", "stranger", "rival-owner")
EVERYBODY = (*PEOPLE, *ROLES, *DISGUISES)
READERS = {
    "direct": {"alice", "bob"},
    "case": {"alice", *ROLES},
    "broadcast": {"alice", *ROLES},
    "group": {"alice", "bob", "carol", "muted"},
    "private group": {"alice", "bob"},
}
WRITERS = {
    "direct": {"alice", "bob"},
    "case": {"alice", "owner", "admin", "agent"},
    "broadcast": {"owner", "admin", "agent"},
    "group": {"alice", "bob", "carol"},
    "private group": {"alice", "bob"},
}
in_every_chat = pytest.mark.parametrize("chat", READERS)


def request(
    method: str, stage: Stage, who: str, of: str = "", chat: str = "", **more: Document
) -> Request:
    """For what this one does with a file of another's, or of its own, in the direct chat."""
    claims = DISGUISES[who][1] if who in DISGUISES else {}
    uid = None if who == "nobody" else stage.uid(who)
    place = f"attachments/{chat or stage.direct}/{stage.uid(of or who)}/f.png"
    return Request(method, uid, place, claims=claims, **more)


def test_the_rules_compile_without_errors(storage_rules: StorageRules) -> None:
    assert storage_rules.issues == []


@pytest.mark.parametrize("place", ["f.png", "users/alice/f.png", "attachments/f.png"])
@pytest.mark.parametrize("method", ["get", "list", "create", "update", "delete"])
def test_other_paths_are_refused(method: str, place: str, judge: Judge) -> None:
    assert judge(Request(method, "alice", place, new=PNG, old=PNG)) == "denied"


@in_every_chat
def test_members_of_a_chat_and_staff_of_a_case_read(chat: str, stage: Stage, judge: Judge) -> None:
    chat_id = stage.chats[chat]
    readers = {
        who
        for who in (*EVERYBODY, "nobody")
        if judge(request("get", stage, who, "alice", chat_id, old=PNG)) == "allowed"
    }
    assert readers == READERS[chat]


@in_every_chat
def test_people_who_may_post_upload_into_their_own_folder(
    chat: str, stage: Stage, judge: Judge
) -> None:
    chat_id = stage.chats[chat]
    uploads = {who: request("create", stage, who, chat=chat_id, new=PNG) for who in EVERYBODY}
    assert {who for who, upload in uploads.items() if judge(upload) == "allowed"} == WRITERS[chat]


@in_every_chat
def test_nobody_uploads_into_the_folder_of_another(chat: str, stage: Stage, judge: Judge) -> None:
    for who in (*EVERYBODY, "nobody"):
        if who != "alice":
            upload = request("create", stage, who, "alice", stage.chats[chat], new=PNG)
            assert judge(upload) == "denied"


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"canPost": False}, "denied"),
        ({"canPost": True}, "allowed"),
        ({"mutedUntil": FUTURE}, "denied"),
        ({"mutedUntil": PAST}, "allowed"),
    ],
)
def test_a_member_who_cannot_post_reads_but_does_not_upload(
    restriction: Document,
    expected: str,
    stage: Stage,
    judge: Judge,
    documents: dict[str, Document],
) -> None:
    documents[paths.chat_member(stage.group, stage.carol)] = {"role": "member", **restriction}
    assert judge(request("create", stage, "carol", chat=stage.group, new=PNG)) == expected
    assert judge(request("get", stage, "carol", "alice", stage.group, old=PNG)) == "allowed"


def test_a_blocked_person_cannot_upload_and_the_blocker_can(
    stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    documents[paths.user_block(stage.bob, stage.alice)] = {"createdAt": PAST}
    assert judge(request("create", stage, "alice", new=PNG)) == "denied"
    assert judge(request("create", stage, "bob", new=PNG)) == "allowed"


def test_a_removed_member_reads_nothing_more(
    stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    read = request("get", stage, "carol", "alice", stage.group, old=PNG)
    assert judge(read) == "allowed"
    del documents[paths.chat_member(stage.group, stage.carol)]
    assert judge(read) == "denied"


@pytest.mark.parametrize("who", ["alice", "bob", "agent", "owner"])
def test_an_existing_file_cannot_be_overwritten(who: str, stage: Stage, judge: Judge) -> None:
    for of in ("alice", who):
        assert judge(request("update", stage, who, of, new=PNG, old=PNG)) == "denied"


def test_only_the_uploader_deletes_a_file(stage: Stage, judge: Judge) -> None:
    deleters = {
        who
        for who in (*EVERYBODY, "nobody")
        if judge(request("delete", stage, who, "alice", old=PNG)) == "allowed"
    }
    assert deleters == {"alice"}


@pytest.mark.parametrize("kind", ["other", "services", ""])
def test_staff_have_no_rights_in_chats_of_unknown_kind(
    kind: str, stage: Stage, judge: Judge
) -> None:
    chat_id = f"{stage.alice}:{kind}:{stage.service}"
    assert judge(request("create", stage, "owner", chat=chat_id, new=PNG)) == "denied"
    assert judge(request("get", stage, "owner", "alice", chat_id, old=PNG)) == "denied"


@pytest.mark.parametrize("who", ["alice", "bob", "stranger", "owner"])
def test_nobody_lists_a_folder(who: str, stage: Stage, judge: Judge) -> None:
    assert judge(request("list", stage, who, "alice")) == "denied"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, "allowed"),
        (limits.ATTACHMENT_BYTES, "allowed"),
        (limits.ATTACHMENT_BYTES + 1, "denied"),
        (0, "denied"),
        ("1", "denied"),
        (None, "denied"),
    ],
)
def test_a_file_has_at_most_the_published_size(
    size: object, expected: str, stage: Stage, judge: Judge
) -> None:
    upload = request("create", stage, "alice", new={**PNG, "size": size})
    assert judge(upload) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        *((known, "allowed") for known in ("image/png", "image/jpeg", "image/gif", "image/webp")),
        *((known, "allowed") for known in ("image/heic", "image/avif", "audio/mpeg", "video/mp4")),
        *((known, "allowed") for known in ("application/pdf", "application/zip", "text/plain")),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "allowed",
        ),
        *((active, "denied") for active in ("text/html", "image/svg+xml", "text/javascript")),
        *((active, "denied") for active in ("application/xhtml+xml", "application/x-sh", "")),
        ("image/png\ntext/html", "denied"),
        ("image/png; text/html", "denied"),
        ("IMAGE/PNG", "denied"),
        (f"video/{'x' * 65}", "denied"),
        (7, "denied"),
        (None, "denied"),
    ],
)
def test_a_file_has_a_type_that_no_browser_executes(
    content_type: object, expected: str, stage: Stage, judge: Judge
) -> None:
    upload = request("create", stage, "alice", new={**PNG, "contentType": content_type})
    assert judge(upload) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a", "allowed"),
        ("Photo_1-2.final.png", "allowed"),
        ("x" * 64, "allowed"),
        ("x" * 65, "denied"),
        (".htaccess", "denied"),
        ("a b", "denied"),
        ("\u0430", "denied"),
        ("a/b", "denied"),
    ],
)
def test_a_file_name_has_plain_characters(
    file: str, expected: str, stage: Stage, judge: Judge
) -> None:
    place = f"attachments/{stage.direct}/{stage.alice}/{file}"
    assert judge(Request("create", stage.alice, place, new=PNG)) == expected


@pytest.mark.parametrize("uid", ["a:b", "service", "system", "broadcast", "", "x" * 129])
def test_a_uid_that_resembles_another_id_has_no_rights(
    uid: str, stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    documents[f"chats/{stage.group}/members/{uid}"] = {"role": "member"}
    place = f"attachments/{stage.group}/{stage.alice}/f.png"
    assert judge(Request("get", uid, place, old=PNG)) == "denied"


def test_the_longest_path_of_a_file_fits_into_a_message() -> None:
    chat_id = f"{'u' * 128}:broadcast:{'s' * 128}"
    longest = f"attachments/{chat_id}/{'u' * 128}/{'f' * 64}"
    assert len(longest) == 473 <= limits.ATTACHMENT_PATH
