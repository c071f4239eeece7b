"""Who stores and reads the files that go out with an email."""

import pytest

from tests.rules.acting import Document
from tests.rules.attacks.stage import Stage
from tests.rules.cast import ROLES
from tests.rules.storage.conftest import Judge
from tests.rules.storage.judging import PNG, Request

PEOPLE = ("alice", "bob", "carol", "stranger", "former", "rival-owner", *ROLES)


def request(method: str, stage: Stage, who: str, of: str, **files: Document | None) -> Request:
    place = f"emails/{stage.service}/{stage.uid(of)}/f.png"
    return Request(method, stage.uid(who), place, files.get("new"), files.get("old"))


def allowed(
    method: str, stage: Stage, judge: Judge, of: str | None, **files: Document | None
) -> set[str]:
    return {
        who for who in PEOPLE if judge(request(method, stage, who, of or who, **files)) == "allowed"
    }


def test_people_who_may_send_emails_upload(stage: Stage, judge: Judge) -> None:
    assert allowed("create", stage, judge, None, new=PNG) == {"owner", "admin", "agent"}


def test_nobody_uploads_into_the_folder_of_another(stage: Stage, judge: Judge) -> None:
    assert allowed("create", stage, judge, "admin", new=PNG) == {"admin"}
    assert allowed("create", stage, judge, "carol", new=PNG) == set()


@pytest.mark.parametrize("uid", [None, "a:b", "service"])
def test_a_uid_that_resembles_another_id_has_no_rights(
    uid: str | None, stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    documents[f"services/{stage.service}/users/{uid}"] = {"tags": []}
    place = f"emails/{stage.service}/{stage.uid('owner')}/f.png"
    assert judge(Request("get", uid, place, old=PNG)) == "denied"


def test_staff_of_the_service_alone_read(stage: Stage, judge: Judge) -> None:
    assert allowed("get", stage, judge, "owner", old=PNG) == set(ROLES)


@pytest.mark.parametrize("method", ["update", "list"])
def test_nobody_lists_or_overwrites(method: str, stage: Stage, judge: Judge) -> None:
    assert allowed(method, stage, judge, "owner", new=PNG, old=PNG) == set()


def test_only_the_uploader_deletes_a_file(stage: Stage, judge: Judge) -> None:
    assert allowed("delete", stage, judge, "owner", old=PNG) == {"owner"}


@pytest.mark.parametrize(
    "new", [{**PNG, "size": 2**30}, {**PNG, "contentType": "text/html"}, {"size": 1}, None]
)
def test_the_limits_are_those_of_attachments(
    new: Document | None, stage: Stage, judge: Judge
) -> None:
    assert allowed("create", stage, judge, None, new=new) == set()
