"""``parley service``: dashboards and who works on them, where no dashboard can say it yet."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parley.cli.command_options import Json, Local, Project, group, invocation_of, run_command
from parley.cli.invocation import Invocation
from parley.cli.names import require_name
from parley.cli.output import Failed, show_json

if TYPE_CHECKING:
    from parley.app import App

service = group("create services, and say who works on them")

ServiceId = Annotated[str, typer.Argument(metavar="SERVICE")]
Uid = Annotated[str, typer.Argument(metavar="UID")]


class Role(StrEnum):
    """What a person of the staff may do, the most first."""

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    VIEWER = "viewer"


@service.command(help="create a service with its first owner; one that exists keeps its settings")
def create(
    context: typer.Context,
    service_id: ServiceId,
    name: Annotated[str, typer.Option(help="what people see")],
    owner: Annotated[str, typer.Option(metavar="UID", help="who may change everything of it")],
    owner_name: Annotated[str, typer.Option(help="the owner's name at the dashboard")] = "Owner",
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    async def act(app: App) -> dict[str, Any]:
        is_new = await create_service(app, service_id, name)
        await set_staff(app, service_id, owner, Role.OWNER, owner_name)
        return {"serviceId": service_id, "created": is_new, "owner": owner}

    invocation = invocation_of(context, json, project, local)
    run_command(_run(invocation, service_id, owner, act))


@service.command(help="let a person work on a service, or change their role")
def staff(
    context: typer.Context,
    service_id: ServiceId,
    uid: Uid,
    role: Annotated[Role, typer.Option(help="what they may do")],
    name: Annotated[str, typer.Option(help="their name at the dashboard")],
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    async def act(app: App) -> dict[str, Any]:
        await require_service(app, service_id)
        await set_staff(app, service_id, uid, role, name)
        return {"serviceId": service_id, "userId": uid, "role": role.value}

    invocation = invocation_of(context, json, project, local)
    run_command(_run(invocation, service_id, uid, act))


async def create_service(app: App, service_id: str, name: str) -> bool:
    """Write the service unless it exists; return whether it was written."""
    from pydantic import ValidationError

    from parley.domain.people_requests import UpdateService
    from parley.errors import Conflict
    from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set
    from schema import ids, paths
    from schema.explain import explain

    try:
        UpdateService(service_id=service_id, name=name)
    except ValidationError as error:
        raise Failed(f"--name: {explain(error, with_values=True)}") from error
    kind = "default" if service_id == ids.DEFAULT_SERVICE else "dashboard"
    fields = {"name": name, "kind": kind, "createdAt": SERVER_TIME}
    try:
        await app.store.commit([Set(paths.service(service_id), fields, MUST_NOT_EXIST)])
    except Conflict:
        return False
    return True


async def require_service(app: App, service_id: str) -> None:
    """Raise ``Failed`` unless the service exists."""
    from schema import paths

    (found,) = await app.store.get_many([paths.service(service_id)], select=())
    if found is None:
        raise Failed(
            f"there is no service {service_id!r}; `parley service create {service_id} --name NAME "
            "--owner UID` creates it"
        )


async def set_staff(app: App, service_id: str, uid: str, role: Role, name: str) -> None:
    """Write who a person is at the dashboard."""
    from pydantic import ValidationError

    from parley.store import Set
    from schema import paths
    from schema.explain import explain
    from schema.services import Staff

    try:
        Staff(role=role.value, display_name=name)
    except ValidationError as error:
        raise Failed(explain(error, with_values=True)) from error
    fields = {"role": role.value, "displayName": name}
    await app.store.commit([Set(paths.staff(service_id, uid), fields)])


async def _run(invocation: Invocation, service_id: str, uid: str, act: Any) -> int:
    from parley.cli.target import FIRESTORE, PUBSUB
    from parley.connect import build

    require_name("SERVICE", service_id)
    require_name("UID", uid)
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        done = await act(app)
    if invocation.as_json:
        show_json(done)
    elif done.get("created") is False:
        print(f"service {service_id} exists already and keeps its settings; {uid} is its owner")
    elif "created" in done:
        print(f"service {service_id} is created; {uid} is its owner")
    else:
        print(f"{uid} is {done['role']} of service {service_id}")
    return 0
