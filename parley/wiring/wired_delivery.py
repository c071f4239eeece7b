"""Push, SMS and email."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from parley.wiring.wired_people import PeopleServices

if TYPE_CHECKING:
    from parley.domain.delivery.push_folds import PushFolds
    from parley.services.delivery.blocked_authors import BlockedAuthors
    from parley.services.delivery.claim_push_tokens import ClaimPushTokens
    from parley.services.delivery.due_jobs import DueJobs
    from parley.services.delivery.email_jobs import EmailJobs
    from parley.services.delivery.late_batches import LateBatches
    from parley.services.delivery.notify_batches import NotifyCampaignBatches
    from parley.services.delivery.notify_members import NotifyMembers
    from parley.services.delivery.notify_together import NotifyTogether
    from parley.services.delivery.opted_out_numbers import OptedOutNumbers
    from parley.services.delivery.paced_claims import PacedClaims
    from parley.services.delivery.push_mass_messages import PushMassMessages
    from parley.services.delivery.push_messages import PushMessages
    from parley.services.delivery.queue_digests import QueueDigests
    from parley.services.delivery.sms_jobs import SmsJobs
    from parley.services.delivery.sms_status import SmsStatus
    from parley.services.delivery.summarize_pushes import SummarizePushes
    from parley.services.delivery.written_batches import WrittenBatches
    from parley.services.turns import SlowWork


class DeliveryServices(PeopleServices):
    """Push, SMS and email."""

    @cached_property
    def push_folds(self) -> PushFolds:
        from parley.domain.delivery.push_folds import PushFolds

        return PushFolds()

    @cached_property
    def push_messages(self) -> PushMessages:
        from parley.services.delivery.push_messages import PushMessages

        return PushMessages(
            store=self.joined_store,
            sender=self.sender,
            clock=self.clock,
            randomness=self.randomness,
            folds=self.push_folds,
        )

    @cached_property
    def summaries(self) -> SummarizePushes:
        from parley.services.delivery.summarize_pushes import SummarizePushes

        return SummarizePushes(
            store=self.joined_store,
            push_messages=self.push_messages,
            folds=self.push_folds,
            clock=self.clock,
            randomness=self.randomness,
        )

    @cached_property
    def blocked_authors(self) -> BlockedAuthors:
        from parley.services.delivery.blocked_authors import BlockedAuthors

        return BlockedAuthors(store=self.joined_store, clock=self.clock)

    @cached_property
    def digests(self) -> QueueDigests:
        from parley.services.delivery.queue_digests import QueueDigests

        return QueueDigests(
            store=self.joined_store, settings=self.names.services.digests, clock=self.clock
        )

    @cached_property
    def notify_members(self) -> NotifyMembers:
        from parley.services.delivery.notify_members import NotifyMembers

        return NotifyMembers(
            store=self.joined_store,
            push_messages=self.push_messages,
            summaries=self.summaries,
            blocked_authors=self.blocked_authors,
            digests=self.digests,
            names=self.names,
            clock=self.clock,
        )

    @cached_property
    def notify_together(self) -> NotifyTogether:
        from parley.services.delivery.notify_together import NotifyTogether

        return NotifyTogether(
            store=self.joined_store,
            push_messages=self.push_messages,
            summaries=self.summaries,
            members=self.notify_members,
            names=self.names,
            clock=self.clock,
        )

    @cached_property
    def push_mass_messages(self) -> PushMassMessages:
        from parley.services.delivery.push_mass_messages import PushMassMessages

        return PushMassMessages(
            store=self.store,
            push_messages=self.push_messages,
            summaries=self.summaries,
            digests=self.digests,
            names=self.names,
            clock=self.clock,
        )

    @cached_property
    def written_batches(self) -> WrittenBatches:
        from parley.services.delivery.written_batches import WrittenBatches

        return WrittenBatches()

    @cached_property
    def notify_campaign_batches(self) -> NotifyCampaignBatches:
        from parley.services.delivery.notify_batches import NotifyCampaignBatches

        return NotifyCampaignBatches(
            store=self.store,
            push_messages=self.push_messages,
            names=self.names,
            clock=self.clock,
            kinds=self.kinds,
            written=self.written_batches,
        )

    @cached_property
    def late_batches(self) -> LateBatches:
        from parley.services.delivery.late_batches import LateBatches

        return LateBatches(self.notify_campaign_batches)

    @cached_property
    def opted_out_numbers(self) -> OptedOutNumbers:
        from parley.services.delivery.opted_out_numbers import OptedOutNumbers

        return OptedOutNumbers(store=self.store, consents=self.consents, clock=self.clock)

    @cached_property
    def due_jobs(self) -> DueJobs:
        from parley.services.delivery.due_jobs import DueJobs

        return DueJobs(publisher=self.publisher, clock=self.clock)

    @cached_property
    def sms_jobs(self) -> SmsJobs:
        from parley.wiring.wired_sms import wire_sms_jobs

        return wire_sms_jobs(
            self.opted_out_numbers.watch(self.sms),
            prices=self.sms_prices,
            due=self.due_jobs,
            is_local=self.settings.is_local,
            store=self.store,
            bans=self.bans,
            clock=self.clock,
            randomness=self.randomness,
        )

    @cached_property
    def sms_status(self) -> SmsStatus:
        from parley.services.delivery.sms_status import SmsStatus

        return SmsStatus(jobs=self.sms_jobs, opted_out=self.opted_out_numbers)

    @cached_property
    def slow_work(self) -> SlowWork:
        from parley.services.turns import SlowWork

        return SlowWork(self.aside)

    @cached_property
    def email_jobs(self) -> EmailJobs:
        from parley.services.delivery.email_jobs import EmailJobs

        return EmailJobs(
            store=self.store,
            files=self.files,
            sender=self.mail,
            bans=self.bans,
            due=self.due_jobs,
            clock=self.clock,
            randomness=self.randomness,
            slow=self.slow_work,
            is_local=self.settings.firestore_emulator_host is not None,
        )

    @cached_property
    def claim_push_tokens(self) -> ClaimPushTokens:
        from parley.services.delivery.claim_push_tokens import ClaimPushTokens

        return ClaimPushTokens(store=self.store)

    @cached_property
    def paced_claims(self) -> PacedClaims:
        from parley.services.delivery.paced_claims import PacedClaims

        return PacedClaims(claims=self.claim_push_tokens, clock=self.clock)
