"""The examples of the how-to pages do on the whole stack what their pages say."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from emulator.bundles import BUNDLES, bundle
from emulator.ports import HOST, Ports
from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Query, Set, Where
from schema import paths
from tests.documented_examples import adapted, examples
from tests.node_tools import ROOT, run

SECONDS = 120.0
SMS, EMAIL, MASS = ("how-to/send-sms", "how-to/send-email", "reference/mass-messages")
JOBS = {SMS: "nonChatSMSQueue", EMAIL: "emailNotifications", MASS: "campaignMessageQueue"}


def blocks(page: str, languages: str = "ts|js") -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```(?:{languages})\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def program(name: str, stack: Stack, service_id: str, *code: str) -> str:
    """Bundle the contract's set-up, a sign-up as staff, and the code; return the file."""
    tree = f"http://{HOST}:{stack.ports.by_name()['firestore']}/v1/projects/demo-parley/databases"
    staff = f"{tree}/(default)/documents/{paths.staff(service_id, '')}"
    role = {"fields": {"role": {"stringValue": "owner"}, "displayName": {"stringValue": "Ann"}}}
    joins = (
        f"await fetch('{staff}' + user.uid, {{ method: 'PATCH', "
        f"headers: {{ Authorization: 'Bearer owner' }}, body: '{json.dumps(role)}' }});"
    )
    lines = [adapted(examples()[0], stack.ports), joins, *code, "process.exit();"]
    path = BUNDLES / f"documented-{name}.ts"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).replace("'acme'", f"'{service_id}'"), encoding="utf-8")
    return str(bundle(path))


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


@pytest.fixture
async def service_id(app: App) -> str:
    """A service that knows ann and bob."""
    service_id = f"pages-{app.new_ids.new_id()}"
    known = {"attributes": {}, "tags": [], "consents": {}, "createdAt": SERVER_TIME}
    reached = {"phone": "+12125550123", "email": "ann@a.example"}
    people = [
        Set(
            paths.service_user(service_id, uid),
            {"uid": uid, "displayName": uid.title(), **reached, **known},
        )
        for uid in ("ann", "bob")
    ]
    service = Set(paths.service(service_id), {"name": "Acme", "kind": "dashboard"})
    await app.store.commit([service, *people])
    return service_id


async def found(
    app: App, query: Query, is_there: Callable[[Mapping[str, Any]], bool]
) -> Mapping[str, Any]:
    """The first document of a query for which this holds, once there is one."""
    async with asyncio.timeout(SECONDS):
        while True:
            async for snapshots in app.store.stream(query):
                for snapshot in snapshots:
                    if is_there(snapshot.fields):
                        return snapshot.fields
            await asyncio.sleep(0.2)


def of_service(collection: str, service_id: str) -> Query:
    return Query(collection, where=(Where("serviceId", "==", service_id),), limit=10)


@pytest.mark.parametrize("page", JOBS)
async def test_the_job_of_a_page_succeeds(
    page: str, stack: Stack, app: App, service_id: str
) -> None:
    name = page.rpartition("/")[2]
    ran = run(["node", program(name, stack, service_id, blocks(f"docs/{page}.md")[0])])
    assert ran.returncode == 0, ran.stdout + ran.stderr

    job = await found(app, of_service(JOBS[page], service_id), is_over)

    assert job["delivery"]["state"] == "SUCCESS", job["delivery"]
    if page == MASS:
        assert job["delivery"]["info"]["sent"] == 2


def is_over(job: Mapping[str, Any]) -> bool:
    return job.get("delivery", {}).get("state") in ("SUCCESS", "ERROR")


async def test_consents_and_settings_change_as_the_pages_show(
    stack: Stack, app: App, service_id: str
) -> None:
    person, staff = blocks("docs/how-to/consent.md")
    # A person who has just signed up is a user of no other service.
    answers = person.replace("'acme'", "'default'")
    settings = blocks("docs/how-to/send-email.md")[1]

    ran = run(["node", program("consent", stack, service_id, settings, staff, answers)])
    assert ran.returncode == 0, ran.stdout + ran.stderr

    (bob, service) = await app.store.get_many(
        [paths.service_user(service_id, "bob"), paths.service(service_id)]
    )
    assert bob is not None
    assert service is not None
    assert bob.fields["consents"]["email"]["marketing"]["granted"] is False
    assert service.fields["email"]["senders"] == ["hello@acme.example"]


async def test_the_readmes_post_is_fanned_out(stack: Stack, app: App, service_id: str) -> None:
    (code,) = blocks("README.md", "js")
    (BUNDLES / "readme.js").write_text(code, encoding="utf-8")
    posts = (
        "const { post } = await import('./readme.js');\n"
        "const { chatId } = await parley.open.direct('bob');\n"
        "console.log(chatId, await post(db, user.uid, chatId, 'Hello'));\n"
    )

    ran = run(["node", program("readme", stack, service_id, posts)])
    assert ran.returncode == 0, ran.stdout + ran.stderr

    chat_id, message_id = ran.stdout.split()[-2:]
    row = paths.user_chat("bob", chat_id)
    async with asyncio.timeout(SECONDS):
        while not (there := (await app.store.get_many([row]))[0]):
            await asyncio.sleep(0.2)
    assert there.fields["lastMessage"]["id"] == message_id


async def test_the_python_of_the_page_on_sms_sends_one(stack: Stack, app: App) -> None:
    (code,) = blocks("docs/how-to/send-sms.md", "python")
    usual = f"{HOST}:{Ports().by_name()['firestore']}"
    assert usual in code
    code = code.replace(usual, f"{HOST}:{stack.ports.by_name()['firestore']}")

    ran = run([sys.executable, "-c", code])
    assert ran.returncode == 0, ran.stderr

    job = await found(app, of_service("nonChatSMSQueue", "shop"), is_over)
    assert job["delivery"]["state"] == "SUCCESS"
