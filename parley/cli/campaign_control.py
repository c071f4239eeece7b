"""``parley campaign pause``, ``resume`` and ``cancel``: give a command, and wait for the answer."""

from __future__ import annotations

import time

from parley.app import App
from parley.cli.output import Failed, show_json
from parley.domain.campaigns.lifecycle import Command
from parley.errors import Conflict
from parley.store import MUST_EXIST, Snapshot, Update
from schema import paths
from schema.campaigns import command_patch
from schema.events import CampaignQueued
from schema.ledger import StoredStatus

_POLL_SECONDS = 0.2


async def give_command(
    app: App, *, campaign_id: str, command: Command, timeout_seconds: float, as_json: bool
) -> None:
    """Write the command into the job and print the state that answers it.

    Raise ``Failed`` with the notice if the command was ignored, and if no worker answers in time.
    """
    write = Update(paths.campaign(campaign_id), command_patch(str(command)), MUST_EXIST)
    try:
        result = await app.store.commit([write])
    except Conflict as conflict:
        raise Failed(f"there is no campaign {campaign_id}") from conflict
    # The trigger publishes too. This does not depend on its being deployed, and is never lost.
    await app.publisher.publish([CampaignQueued(campaign_id=campaign_id)])
    given_at = result.update_times[0]
    deadline = time.monotonic() + timeout_seconds
    while True:
        (snapshot,) = await app.store.get_many([paths.campaign_status(campaign_id)])
        answered_at = None if snapshot is None else StoredStatus.read(snapshot.fields).answered_at
        if answered_at is not None and answered_at >= given_at:
            break
        if time.monotonic() > deadline:
            raise Failed(
                f"{command} was written, and no worker answered it within {timeout_seconds:g} s "
                "(do workers of `campaigns` run? `parley health` says what waits)"
            )
        await app.clock.sleep(_POLL_SECONDS)
    _show(campaign_id, command, snapshot, as_json=as_json)


def _show(campaign_id: str, command: Command, status: Snapshot | None, *, as_json: bool) -> None:
    assert status is not None
    notice, state = StoredStatus.read(status.fields).notice, status.fields["state"]
    is_ignored = notice is not None and notice.startswith(f"{command} was ignored")
    if as_json:
        answer = {"campaignId": campaign_id, "state": state}
        show_json({**answer, "notice": notice} if is_ignored else answer)
    elif not is_ignored:
        print(f"campaign {campaign_id} is {state}")
    if is_ignored:
        raise Failed(str(notice))
