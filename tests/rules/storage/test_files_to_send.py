"""Who stores and reads the files that go out with a campaign or an email."""

from dataclasses import dataclass

import pytest

from tests.rules.acting import Document
from tests.rules.attacks.stage import Stage
from tests.rules.cast import ROLES
from tests.rules.storage.conftest import Judge
from tests.rules.storage.judging import PNG, Request

PEOPLE = ("alice", "bob", "carol", "stranger", "former", "rival-owner", *ROLES)


@dataclass(frozen=True)
class Folder:
    """A folder of each service: who stores files there, and who reads them."""

    name: str
    writers: frozenset[str]
    readers: frozenset[str]

    def place(self, stage: Stage, of: str) -> str:
        return f"{self.name}/{stage.service}/{stage.uid(of)}/f.png"


CAMPAIGNS = Folder("campaigns", frozenset({"owner", "admin"}), frozenset({"alice", "bob", *ROLES}))
EMAILS = Folder("emails", frozenset({"owner", "admin", "agent"}), frozenset(ROLES))


@pytest.fixture(params=[CAMPAIGNS, EMAILS], ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Folder:
    found: Folder = request.param
    return found


def allowed(
    folder: Folder,
    method: str,
    stage: Stage,
    judge: Judge,
    of: str | None,
    **files: Document | None,
) -> set[str]:
    """Return who may do it to a file of ``of``; None stands for a file of their own."""

    def judged(who: str) -> str:
        place = folder.place(stage, of or who)
        return judge(Request(method, stage.uid(who), place, files.get("new"), files.get("old")))

    return {who for who in PEOPLE if judged(who) == "allowed"}


def test_those_who_may_send_upload(folder: Folder, stage: Stage, judge: Judge) -> None:
    assert allowed(folder, "create", stage, judge, None, new=PNG) == folder.writers


def test_nobody_uploads_into_the_folder_of_another(
    folder: Folder, stage: Stage, judge: Judge
) -> None:
    assert allowed(folder, "create", stage, judge, "admin", new=PNG) == {"admin"}
    assert allowed(folder, "create", stage, judge, "carol", new=PNG) == set()


@pytest.mark.parametrize("uid", [None, "a:b", "service"])
def test_a_uid_that_resembles_another_id_has_no_rights(
    folder: Folder, uid: str | None, stage: Stage, judge: Judge, documents: dict[str, Document]
) -> None:
    documents[f"services/{stage.service}/users/{uid}"] = {"tags": []}
    assert judge(Request("get", uid, folder.place(stage, "owner"), old=PNG)) == "denied"


def test_only_its_readers_read_a_file(folder: Folder, stage: Stage, judge: Judge) -> None:
    assert allowed(folder, "get", stage, judge, "owner", old=PNG) == folder.readers


@pytest.mark.parametrize("method", ["update", "list"])
def test_nobody_lists_or_overwrites(
    folder: Folder, method: str, stage: Stage, judge: Judge
) -> None:
    assert allowed(folder, method, stage, judge, "owner", new=PNG, old=PNG) == set()


def test_only_the_uploader_deletes_a_file(folder: Folder, stage: Stage, judge: Judge) -> None:
    assert allowed(folder, "delete", stage, judge, "owner", old=PNG) == {"owner"}


@pytest.mark.parametrize(
    "new", [{**PNG, "size": 2**30}, {**PNG, "contentType": "text/html"}, {"size": 1}, None]
)
def test_the_limits_are_those_of_attachments(
    folder: Folder, new: Document | None, stage: Stage, judge: Judge
) -> None:
    assert allowed(folder, "create", stage, judge, None, new=new) == set()
