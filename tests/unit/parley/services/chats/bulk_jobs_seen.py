"""A service with cases and agents, and what became of bulk jobs on them."""

from __future__ import annotations

from typing import Any

from parley.domain.access import UserCaller
from parley.domain.inbox_requests import UpdateCases
from schema import ids, paths
from schema.bulk_jobs import BulkJob
from schema.chats import Chat
from tests.unit.parley.services.conftest import TwinWorld as World

ADA = UserCaller("ada")


async def cases(world: World, count: int) -> list[str]:
    """Open cases of so many people, and two agents."""
    uids = await world.service(people=count)
    await world.write(
        {
            paths.staff("acme", uid): {"role": role, "displayName": uid.title()}
            for uid, role in (("ada", "agent"), ("bea", "agent"), ("vic", "viewer"))
        }
    )
    for uid in uids:
        await world.app.open_chats.open_case(caller=UserCaller(uid), service_id="acme")
    return [ids.case_chat_id(uid, "acme") for uid in uids]


async def start(
    world: World,
    changes: dict[str, Any],
    caller: str = "ada",
    *,
    job_id: str | None = None,
    **which: Any,
) -> str:
    cases = which or {"view": "open"}
    request = UpdateCases.model_validate(
        {"serviceId": "acme", "cases": cases, "changes": changes, "jobId": job_id}
    )
    return await world.app.start_bulk_jobs.start(caller=UserCaller(caller), request=request)


async def work(world: World, job_id: str) -> BulkJob:
    await world.app.run_bulk_jobs.run("acme", job_id)
    return job(world, job_id)


def job(world: World, job_id: str) -> BulkJob:
    return BulkJob.parse(world.at(paths.bulk_job("acme", job_id)))


def chat(world: World, chat_id: str) -> Chat:
    return Chat.parse(world.at(paths.chat(chat_id)))


def tally(done: BulkJob) -> tuple[str, int, int, int, int]:
    return (done.state, done.total, done.done, done.unchanged, done.failed)
