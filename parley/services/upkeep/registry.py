"""The registry of periodic tasks. Add a task here, with its name, its period and its pass."""

from __future__ import annotations

from datetime import timedelta

from parley.domain.campaigns.kinds import Kinds
from parley.domain.ports import Clock, Publisher
from parley.domain.upkeep.age_windows import REACH_SECONDS
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.record_results import RecordResults
from parley.services.campaigns.record_sms import RecordSmsResults
from parley.services.chats.change_chats import ChangeChats
from parley.services.delivery.claim_push_tokens import ClaimPushTokens
from parley.services.delivery.send_digests import PERIOD as DIGESTS_PERIOD
from parley.services.delivery.send_digests import SendDigests
from parley.services.people.bans import Bans
from parley.services.people.follow_blocks import FollowBlocks
from parley.services.people.mirror_user import MirrorUser
from parley.services.upkeep.collect_results import PERIOD, CollectResults
from parley.services.upkeep.find_bulk_jobs import FindBulkJobs
from parley.services.upkeep.find_commands import FindCommands
from parley.services.upkeep.run_upkeep import PeriodicTask
from parley.services.upkeep.sweep_blocks import SweepBlocks
from parley.services.upkeep.sweep_campaigns import SweepCampaigns
from parley.services.upkeep.sweep_changed_messages import SweepChangedMessages
from parley.services.upkeep.sweep_direct_chats import PERIOD as DIRECT_CHATS_PERIOD
from parley.services.upkeep.sweep_direct_chats import SweepDirectChats
from parley.services.upkeep.sweep_jobs import INBOXES, SweepJobs
from parley.services.upkeep.sweep_mirrors import PERIOD as MIRRORS_PERIOD
from parley.services.upkeep.sweep_mirrors import SweepMirrors
from parley.services.upkeep.sweep_outbox import SweepOutbox
from parley.services.upkeep.sweep_push_tokens import STEP, SweepPushTokens
from parley.services.upkeep.sweep_sign_ups import SweepSignUps
from parley.services.upkeep.wake_campaigns import WakeCampaigns
from parley.services.upkeep.wake_cases import WakeCases
from parley.store import Store

_OFTEN = timedelta(seconds=5)
"""Where nothing is due, a pass costs at most one read. Tasks with age windows read only the
windows that are due."""

_SELDOM = timedelta(minutes=3)
"""Where a pass reads whatever waits, due or not."""


def periodic_tasks(
    *,
    store: Store,
    publisher: Publisher,
    clock: Clock,
    chats: ChangeChats,
    mirror_user: MirrorUser,
    claim_push_tokens: ClaimPushTokens,
    follow_blocks: FollowBlocks,
    progress: CampaignProgress,
    sms: RecordSmsResults,
    kinds: Kinds,
    bans: Bans,
    first_uid: str,
    reach_seconds: float = REACH_SECONDS,
) -> tuple[PeriodicTask, ...]:
    """Return new tasks, which remember what they looked at.

    ``reach_seconds``: how far back they look at records that stay. ``first_uid``: where the walk
    over all devices begins.
    """
    outbox = SweepOutbox(store=store, publisher=publisher)
    campaigns = SweepCampaigns(store=store, publisher=publisher)
    due = WakeCampaigns(store=store, publisher=publisher)
    jobs = [
        PeriodicTask(inbox.name, inbox.period, sweep.sweep)
        for inbox in INBOXES
        for sweep in (SweepJobs(store=store, publisher=publisher, inbox=inbox),)
    ]
    bulk = FindBulkJobs(store=store, publisher=publisher)
    commands = FindCommands(store=store, publisher=publisher)
    digests = SendDigests(store=store)
    cases = WakeCases(chats=chats, clock=clock)
    sign_ups = SweepSignUps(store=store, mirror_user=mirror_user, reach_seconds=reach_seconds)
    blocks = SweepBlocks(store=store, follow_blocks=follow_blocks, reach_seconds=reach_seconds)
    direct_chats = SweepDirectChats(store=store, clock=clock)
    mirrors = SweepMirrors(store=store, mirror_user=mirror_user)
    changed = SweepChangedMessages(store=store, publisher=publisher, reach_seconds=reach_seconds)
    devices = SweepPushTokens(
        store=store, claim_push_tokens=claim_push_tokens, clock=clock, first_uid=first_uid
    )
    results = CollectResults(
        store=store,
        record=RecordResults(store=store, kinds=kinds, clock=clock),
        sms=sms,
        progress=progress,
        kinds=kinds,
    )
    return (
        PeriodicTask("outbox", _OFTEN, outbox.sweep),
        PeriodicTask("campaigns", _OFTEN, campaigns.sweep),
        PeriodicTask("dueCampaigns", _OFTEN, due.wake_due),
        *jobs,
        PeriodicTask("commands", _SELDOM, commands.find),
        PeriodicTask("results", PERIOD, results.collect),
        PeriodicTask("dueCases", _OFTEN, cases.wake_due),
        PeriodicTask("dueBulk", _SELDOM, bulk.find),
        PeriodicTask("digests", DIGESTS_PERIOD, digests.send_due),
        PeriodicTask("bans", _SELDOM, bans.keep),
        PeriodicTask("signUps", _OFTEN, sign_ups.sweep),
        PeriodicTask("blocks", _OFTEN, blocks.sweep),
        PeriodicTask("directChats", DIRECT_CHATS_PERIOD, direct_chats.sweep),
        PeriodicTask("mirrors", MIRRORS_PERIOD, mirrors.sweep),
        PeriodicTask("changedMessages", _OFTEN, changed.sweep),
        PeriodicTask("devices", STEP, devices.sweep),
    )
