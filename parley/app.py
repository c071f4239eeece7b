"""The app: all services of a process, as entry points and workers use them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING

from parley.domain.upkeep.age_windows import REACH_SECONDS
from parley.store.commit_loop import create_once
from parley.triggers import ClaimTokens, FollowBlock, FollowChange, MirrorRecord, Publish, Reaction
from parley.wiring.wired_campaigns import CampaignServices

if TYPE_CHECKING:
    from parley.services.upkeep.operations import Operations
    from parley.services.upkeep.run_upkeep import RunUpkeep
    from parley.services.upkeep.sweep_push_tokens import SweepPushTokens
    from parley.services.upkeep.waiting_work import WaitingWork

BackgroundTask = Callable[[], Awaitable[None]]


class App(CampaignServices):
    """All services of a process, wired for one event loop; each when it is first asked for."""

    @cached_property
    def operations(self) -> Operations:
        from parley.services.upkeep.operations import Operations

        return Operations(
            store=self.store, publisher=self.publisher, clock=self.clock, new_ids=self.new_ids
        )

    @cached_property
    def waiting_work(self) -> WaitingWork:
        from parley.services.upkeep.waiting_work import WaitingWork

        return WaitingWork(store=self.store, clock=self.clock)

    async def carry_out(self, reaction: Reaction) -> None:
        """Carry out a trigger's decision."""
        match reaction:
            case Publish(payload=payload):
                await self.publisher.publish([payload])
            case FollowChange(payload=payload, version=version, deletion=deletion):
                # Lists that wait for a store which cannot keep a version would be wrong for longer.
                await self.publisher.publish([payload])
                if version is not None:
                    await create_once(self.store, [version])
                if deletion is not None:
                    await self.deletion_holds.admit(*deletion)
            case MirrorRecord(uid=uid):
                await self.mirror_user.mirror(uid)
            case FollowBlock(uid=uid, other_uid=other_uid):
                await self.follow_blocks.follow(uid, other_uid)
            case ClaimTokens(uid=uid, given_up=given_up):
                await self.paced_claims.claim(uid, given_up=given_up)

    def upkeep(self, *, reach_seconds: float = REACH_SECONDS) -> RunUpkeep:
        """Return the periodic tasks, as new as after a start of this process."""
        from parley.services.upkeep.hold_lease import HoldLease
        from parley.services.upkeep.registry import periodic_tasks
        from parley.services.upkeep.run_upkeep import RunUpkeep

        return RunUpkeep(
            tasks=periodic_tasks(
                store=self.store,
                publisher=self.publisher,
                clock=self.clock,
                chats=self.change_chats,
                mirror_user=self.mirror_user,
                claim_push_tokens=self.claim_push_tokens,
                follow_blocks=self.follow_blocks,
                progress=self.campaign_progress,
                sms=self.campaign_sms,
                kinds=self.kinds,
                bans=self.bans,
                first_uid=self.new_ids.new_id(),
                reach_seconds=reach_seconds,
            ),
            lease=HoldLease(
                store=self.store,
                clock=self.clock,
                randomness=self.randomness,
                process=self.new_ids.new_id(),
            ),
            clock=self.clock,
            randomness=self.randomness,
        )

    def sweep_push_tokens(self) -> SweepPushTokens:
        """Return a walk over the devices of all people."""
        from parley.services.upkeep.sweep_push_tokens import SweepPushTokens

        return SweepPushTokens(
            store=self.store,
            claim_push_tokens=self.claim_push_tokens,
            clock=self.clock,
            first_uid=self.new_ids.new_id(),
        )

    def background_tasks(self) -> list[BackgroundTask]:
        """Return what a worker process runs beside its pull loops."""
        return [
            self.upkeep().run,
            self.campaign_progress.run,
            self.campaign_sms.run,
            self.due_batches.run,
            self.due_jobs.run,
            self.push_settings.run,
            self.post_limits.run,
            self.summaries.run,
            self.service_names.run,
        ]
