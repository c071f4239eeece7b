"""Who stores and reads files of people that are to be imported."""

import pytest

from schema import limits
from tests.rules.acting import Document
from tests.rules.attacks.stage import Stage
from tests.rules.cast import ROLES
from tests.rules.storage.conftest import Judge
from tests.rules.storage.judging import Request

PEOPLE = ("alice", "bob", "carol", "stranger", "former", "rival-owner", *ROLES)
CSV: Document = {"size": 90_000_000, "contentType": "text/csv"}


def request(method: str, stage: Stage, who: str, of: str, **files: Document | None) -> Request:
    place = f"imports/{stage.service}/{stage.uid(of)}/people.csv"
    return Request(method, stage.uid(who), place, new=files.get("new"), old=files.get("old"))


def allowed(
    method: str, stage: Stage, judge: Judge, of: str | None, **files: Document | None
) -> set[str]:
    return {
        who for who in PEOPLE if judge(request(method, stage, who, of or who, **files)) == "allowed"
    }


def test_people_who_may_import_upload_into_their_own_folder(stage: Stage, judge: Judge) -> None:
    assert allowed("create", stage, judge, None, new=CSV) == {"owner", "admin"}
    assert allowed("create", stage, judge, "admin", new=CSV) == {"admin"}


def test_only_people_who_may_import_read(stage: Stage, judge: Judge) -> None:
    assert allowed("get", stage, judge, "owner", old=CSV) == {"owner", "admin"}


@pytest.mark.parametrize("method", ["update", "list"])
def test_nobody_lists_or_overwrites(method: str, stage: Stage, judge: Judge) -> None:
    assert allowed(method, stage, judge, "owner", new=CSV, old=CSV) == set()


def test_only_the_uploader_deletes_a_file(stage: Stage, judge: Judge) -> None:
    assert allowed("delete", stage, judge, "owner", old=CSV) == {"owner"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"size": limits.IMPORT_FILE_BYTES}, "allowed"),
        ({"size": limits.IMPORT_FILE_BYTES + 1}, "denied"),
        ({"size": 0}, "denied"),
        ({"size": "1"}, "denied"),
        ({"contentType": "text/plain"}, "allowed"),
        ({"contentType": "application/vnd.ms-excel"}, "allowed"),
        ({"contentType": "application/gzip"}, "denied"),
        ({"contentType": "text/html"}, "denied"),
        ({"contentType": None}, "denied"),
    ],
)
def test_a_file_is_a_text_of_a_limited_size(
    changed: Document, expected: str, stage: Stage, judge: Judge
) -> None:
    assert judge(request("create", stage, "owner", "owner", new={**CSV, **changed})) == expected


@pytest.mark.parametrize("file", [".csv", "a b.csv", f"{'x' * 61}.csv", "a/b.csv"])
def test_a_file_name_has_plain_characters(file: str, stage: Stage, judge: Judge) -> None:
    uid = stage.uid("owner")
    place = f"imports/{stage.service}/{uid}/{file}"
    assert judge(Request("create", uid, place, new=CSV)) == "denied"


@pytest.mark.parametrize("uid", [None, "a:b", "service"])
def test_a_uid_that_resembles_another_id_has_no_rights(
    uid: str | None, stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    documents[f"services/{stage.service}/staff/{uid}"] = {"role": "owner"}
    place = f"imports/{stage.service}/{stage.uid('owner')}/people.csv"
    assert judge(Request("get", uid, place, old=CSV)) == "denied"
