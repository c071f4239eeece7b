"""The app: all services of a process, as entry points and workers use them."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from parley.domain.campaigns.kinds import Kinds
from parley.domain.delivery.sms_prices import SmsPrices
from parley.domain.ports import (
    Clock,
    IdFactory,
    Publisher,
    Subscriber,
)
from parley.domain.upkeep.age_windows import REACH_SECONDS
from parley.services.campaigns.campaigns_of_person import CampaignsOfPerson
from parley.services.campaigns.due_batches import DueBatches
from parley.services.campaigns.explain_recipients import ExplainRecipients
from parley.services.campaigns.export_results import ExportResults
from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns
from parley.services.campaigns.preview_campaigns import PreviewCampaigns
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ramped_batches import RampedBatches
from parley.services.campaigns.read_campaigns import ReadCampaigns
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.services.campaigns.record_sms import RecordSmsResults
from parley.services.campaigns.retry_failed import RetryFailedRecipients
from parley.services.campaigns.run_campaigns import RunCampaigns
from parley.services.campaigns.send_batches import SendCampaignBatches
from parley.services.campaigns.send_tests import SendTests
from parley.services.chats.answer_invitations import AnswerInvitations
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.change_members import ChangeMembers
from parley.services.chats.fan_out_messages import FanOutMessages
from parley.services.chats.fan_out_together import FanOutTogether
from parley.services.chats.find_cases import FindCases
from parley.services.chats.give_up_messages import GiveUpMessages
from parley.services.chats.open_chats import OpenChats
from parley.services.chats.post_limits import PostLimits
from parley.services.chats.post_mass_messages import PostMassMessages
from parley.services.chats.read_chats import ReadChats
from parley.services.chats.receive_sms import ReceiveSms
from parley.services.chats.report_messages import Reports
from parley.services.chats.run_bulk_jobs import RunBulkJobs
from parley.services.chats.start_bulk_jobs import StartBulkJobs
from parley.services.chats.update_chats import UpdateChats
from parley.services.delivery.blocked_authors import BlockedAuthors
from parley.services.delivery.claim_push_tokens import ClaimPushTokens
from parley.services.delivery.due_jobs import DueJobs
from parley.services.delivery.email_jobs import EmailJobs
from parley.services.delivery.late_batches import LateBatches
from parley.services.delivery.notify_batches import NotifyCampaignBatches
from parley.services.delivery.paced_claims import PacedClaims
from parley.services.delivery.push_settings import ServicePushSettings
from parley.services.delivery.sms_jobs import SmsJobs
from parley.services.delivery.sms_status import SmsStatus
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.people.bans import Bans
from parley.services.people.consents import Consents
from parley.services.people.export_consents import ExportConsents
from parley.services.people.follow_blocks import FollowBlocks
from parley.services.people.import_people import ImportPeople
from parley.services.people.mirror_user import MirrorUser
from parley.services.people.service_names import ServiceNames
from parley.services.people.spend_budgets import CallBudgets
from parley.services.people.update_services import UpdateServices
from parley.services.upkeep.hold_lease import HoldLease
from parley.services.upkeep.operations import Operations
from parley.services.upkeep.registry import periodic_tasks
from parley.services.upkeep.run_upkeep import RunUpkeep
from parley.services.upkeep.sweep_push_tokens import SweepPushTokens
from parley.services.upkeep.waiting_work import WaitingWork
from parley.settings import Settings
from parley.store import Store
from parley.store.commit_loop import create_once
from parley.triggers import ClaimTokens, FollowBlock, FollowChange, MirrorRecord, Publish, Reaction

BackgroundTask = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class App:
    """All services, wired for one event loop."""

    settings: Settings
    clock: Clock
    new_ids: IdFactory
    store: Store
    publisher: Publisher
    subscriber: Subscriber
    randomness: random.Random
    change_chats: ChangeChats
    open_chats: OpenChats
    change_members: ChangeMembers
    answer_invitations: AnswerInvitations
    update_chats: UpdateChats
    find_cases: FindCases
    start_bulk_jobs: StartBulkJobs
    run_bulk_jobs: RunBulkJobs
    update_services: UpdateServices
    import_people: ImportPeople
    consents: Consents
    export_consents: ExportConsents
    receive_sms: ReceiveSms
    call_budgets: CallBudgets
    reports: Reports
    bans: Bans
    read_chats: ReadChats
    read_campaigns: ReadCampaigns
    preview_campaigns: PreviewCampaigns
    explain_recipients: ExplainRecipients
    send_tests: SendTests
    campaigns_of_person: CampaignsOfPerson
    operations: Operations
    export_results: ExportResults
    retry_failed: RetryFailedRecipients
    mirror_user: MirrorUser
    claim_push_tokens: ClaimPushTokens
    paced_claims: PacedClaims
    follow_blocks: FollowBlocks
    blocked_authors: BlockedAuthors
    fan_out_messages: FanOutMessages
    fan_out_together: FanOutTogether
    post_mass_messages: PostMassMessages
    run_campaigns: RunCampaigns
    send_campaign_batches: SendCampaignBatches
    ramped_batches: RampedBatches
    notify_campaign_batches: NotifyCampaignBatches
    late_batches: LateBatches
    campaign_progress: CampaignProgress
    campaign_sms: RecordSmsResults
    due_batches: DueBatches
    sms_jobs: SmsJobs
    sms_status: SmsStatus
    email_jobs: EmailJobs
    sms_prices: SmsPrices
    due_jobs: DueJobs
    ready_batches: ReadyBatches
    push_settings: ServicePushSettings
    post_limits: PostLimits
    summaries: SummarizePushes
    service_names: ServiceNames
    give_up_campaigns: GiveUpCampaigns
    give_up_messages: GiveUpMessages
    waiting_work: WaitingWork
    kinds: Kinds

    async def carry_out(self, reaction: Reaction) -> None:
        """Carry out a trigger's decision."""
        match reaction:
            case Publish(payload=payload):
                await self.publisher.publish([payload])
            case FollowChange(payload=payload, version=version):
                # Lists that wait for a store which cannot keep a version would be wrong for longer.
                await self.publisher.publish([payload])
                if version is not None:
                    await create_once(self.store, [version])
            case MirrorRecord(uid=uid):
                await self.mirror_user.mirror(uid)
            case FollowBlock(uid=uid, other_uid=other_uid):
                await self.follow_blocks.follow(uid, other_uid)
            case ClaimTokens(uid=uid, given_up=given_up):
                await self.paced_claims.claim(uid, given_up=given_up)

    def upkeep(self, *, reach_seconds: float = REACH_SECONDS) -> RunUpkeep:
        """Return the periodic tasks, as new as after a start of this process."""
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
