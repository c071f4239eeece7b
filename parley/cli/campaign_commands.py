"""``parley campaign send`` and ``status``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from parley.app import App
from parley.cli.output import Failed, Progress, show_json, show_progress, show_table
from parley.domain.access import ADMINS
from parley.domain.campaigns.completion import remaining
from parley.domain.campaigns.job import InvalidCampaign, read_campaign
from parley.domain.campaigns.job_times import read_times
from parley.errors import Conflict
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Query, Set, Snapshot, Where
from schema import paths
from schema.events import CampaignQueued
from schema.reasons import CampaignState

_POLL_SECONDS = 0.5


async def send(
    app: App, *, file: Path, campaign_id: str | None, as_json: bool, is_quiet: bool = False
) -> str:
    """Write a campaign from a JSON file and return its id; the server sets ``createdAt``."""
    job = read_job(file) | {"createdAt": app.clock.now()}
    has_author = "createdBy" in job
    job.setdefault("createdBy", "cli")
    job.setdefault("command", "start")
    campaign_id = campaign_id or app.new_ids.new_id()
    try:
        campaign = read_campaign(campaign_id, job)
    except InvalidCampaign as invalid:
        raise Failed(f"{file}: {invalid.code}: {invalid.message}") from invalid
    (service,) = await app.store.get_many([paths.service(campaign.service_id)], select=())
    if service is None:
        raise Failed(f"{file}: serviceId: there is no service {campaign.service_id!r}")
    senders = await _senders(app, campaign.service_id)
    if not senders:
        raise Failed(f"{file}: service {campaign.service_id!r} has no owner or admin who may send")
    if not has_author:
        job["createdBy"] = senders[0]
    elif job["createdBy"] not in senders:
        raise Failed(
            f"{file}: createdBy: {job['createdBy']!r} is not an owner or admin of service "
            f"{campaign.service_id!r}; name one of them, or leave it out"
        )
    job["createdAt"] = SERVER_TIME
    try:
        await app.store.commit([Set(paths.campaign(campaign_id), job, MUST_NOT_EXIST)])
    except Conflict as conflict:
        raise Failed(
            f"campaign {campaign_id} already exists; see `parley campaign status "
            f"{campaign_id}`, or give another --id"
        ) from conflict
    # The trigger publishes too. This does not depend on its being deployed, and is never lost.
    queued = CampaignQueued(campaign_id=campaign_id, service_id=campaign.service_id)
    await app.publisher.publish([queued])
    if is_quiet:
        return campaign_id
    if as_json:
        show_json({"campaignId": campaign_id})
    else:
        print(
            f"campaign {campaign_id} is queued; see `parley campaign status {campaign_id} --wait`"
        )
    return campaign_id


async def status(
    app: App, *, campaign_id: str, wait: bool, timeout_seconds: float, as_json: bool
) -> None:
    """Print the status, with ``wait`` once it is final; raise ``Failed`` if the campaign failed."""
    job, fields = await _read_job_and_status(app, campaign_id)
    if job is None and fields is None:
        raise Failed(f"there is no campaign {campaign_id}")
    if wait:
        with show_progress(f"campaign {campaign_id}") as show:
            fields = await _wait_until_final(app, campaign_id, timeout_seconds, show)
    if fields is None:
        raise Failed(
            f"campaign {campaign_id} has no status: no worker has handled it yet "
            "(do workers of `campaigns` run? `parley health` says what waits)"
        )
    if as_json:
        show_json({"campaignId": campaign_id, **fields})
    else:
        _show(campaign_id, fields)
    if fields["state"] == CampaignState.FAILED:
        raise Failed(f"campaign {campaign_id} failed: {fields.get('error', {}).get('message')}")


async def _read_job_and_status(
    app: App, campaign_id: str
) -> tuple[Snapshot | None, dict[str, Any] | None]:
    job, status = await app.store.get_many(
        [paths.campaign(campaign_id), paths.campaign_status(campaign_id)]
    )
    return job, dict(status.fields) if status else None


async def _wait_until_final(
    app: App, campaign_id: str, timeout_seconds: float, show: Progress
) -> dict[str, Any]:
    """Poll the status until it is final; ``show`` gets the number of finished people of all."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        _, fields = await _read_job_and_status(app, campaign_id)
        if fields is not None:
            counts = fields["counts"]
            show(sum(counts.values()) - remaining(counts), fields["audienceCount"])
            if CampaignState(fields["state"]).is_final:
                return fields
        if time.monotonic() > deadline:
            raise Failed(f"campaign {campaign_id} is not final after {timeout_seconds:g} s")
        await asyncio.sleep(_POLL_SECONDS)


async def _senders(app: App, service_id: str) -> list[str]:
    """Return the uids of the staff who may send for a service, owners first."""
    query = Query(paths.staff_of(service_id), where=(Where("role", "in", sorted(ADMINS)),))
    staff = [one async for page in app.store.stream(query) for one in page]
    return [one.id for one in sorted(staff, key=lambda one: one.fields["role"] != "owner")]


def _show(campaign_id: str, fields: dict[str, Any]) -> None:
    counts = {name: count for name, count in fields["counts"].items() if count}
    reasons = {**fields.get("skippedBy", {}), **fields.get("failedBy", {})}
    show_table(
        [
            {
                "campaign": campaign_id,
                "state": fields["state"],
                "audience": fields["audienceCount"],
                "counts": " ".join(f"{name}={count}" for name, count in sorted(counts.items())),
                "reasons": " ".join(f"{name}={count}" for name, count in sorted(reasons.items())),
                "notice": fields.get("notice"),
                "error": (fields.get("error") or {}).get("message"),
            }
        ]
    )


def read_job(file: Path) -> dict[str, Any]:
    """Return the job of a JSON file, - for standard input; its times are ISO 8601 texts."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        job = json.loads(text)
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Failed(f"{file} is not JSON: {error}") from error
    if not isinstance(job, dict):
        raise Failed(f"{file} must hold one JSON object: a document of campaignQueue")
    return read_times(job)
