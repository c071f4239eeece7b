"""Campaigns, from their preview to their results."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from parley.wiring.wired_chats import ChatServices

if TYPE_CHECKING:
    from parley.domain.campaigns.job import SmsAbility
    from parley.services.campaigns.advance_campaigns import AdvanceCampaigns
    from parley.services.campaigns.audience import Audience
    from parley.services.campaigns.begin_campaigns import BeginCampaigns
    from parley.services.campaigns.campaigns_of_person import CampaignsOfPerson
    from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
    from parley.services.campaigns.compose_batches import ComposeBatches
    from parley.services.campaigns.due_batches import DueBatches
    from parley.services.campaigns.end_batches import EndBatches
    from parley.services.campaigns.explain_recipients import ExplainRecipients
    from parley.services.campaigns.export_results import ExportResults
    from parley.services.campaigns.find_campaigns import FindCampaigns
    from parley.services.campaigns.freeze_audience import FreezeAudience
    from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns
    from parley.services.campaigns.plan_again import PlanAgain
    from parley.services.campaigns.preview_campaigns import PreviewCampaigns
    from parley.services.campaigns.progress import CampaignProgress
    from parley.services.campaigns.ramp_slots import RampSlots
    from parley.services.campaigns.ramped_batches import RampedBatches
    from parley.services.campaigns.read_campaigns import ReadCampaigns
    from parley.services.campaigns.ready_batches import ReadyBatches
    from parley.services.campaigns.record_sms import RecordSmsResults
    from parley.services.campaigns.retry_failed import RetryFailedRecipients
    from parley.services.campaigns.run_campaigns import RunCampaigns
    from parley.services.campaigns.send_batches import SendCampaignBatches
    from parley.services.campaigns.send_tests import SendTests
    from parley.services.campaigns.service_settings import ServiceSettings


class CampaignServices(ChatServices):
    """Campaigns, from their preview to their results."""

    @cached_property
    def compose_batches(self) -> ComposeBatches:
        from parley.services.campaigns.compose_batches import ComposeBatches

        return ComposeBatches(self.slow_work)

    @cached_property
    def audience(self) -> Audience:
        from parley.services.campaigns.audience import Audience

        return Audience(store=self.store, slow=self.slow_work)

    @cached_property
    def compiled_campaigns(self) -> CompiledCampaigns:
        from parley.services.campaigns.compiled_campaigns import CompiledCampaigns

        return CompiledCampaigns(self.kinds, self.slow_work)

    @cached_property
    def due_batches(self) -> DueBatches:
        from parley.services.campaigns.due_batches import DueBatches

        return DueBatches(publisher=self.publisher, clock=self.clock)

    @cached_property
    def ready_batches(self) -> ReadyBatches:
        from parley.services.campaigns.ready_batches import ReadyBatches

        return ReadyBatches(
            store=self.store,
            publisher=self.publisher,
            due=self.due_batches,
            randomness=self.randomness,
        )

    @cached_property
    def campaign_progress(self) -> CampaignProgress:
        from parley.services.campaigns.progress import CampaignProgress

        return CampaignProgress(store=self.store, ready=self.ready_batches, clock=self.clock)

    @cached_property
    def campaign_sms(self) -> RecordSmsResults:
        from parley.services.campaigns.record_sms import RecordSmsResults

        return RecordSmsResults(
            store=self.store,
            publisher=self.publisher,
            ready=self.ready_batches,
            progress=self.campaign_progress,
            clock=self.clock,
        )

    @cached_property
    def sms_ability(self) -> SmsAbility:
        from parley.domain.campaigns.job import SmsAbility

        return SmsAbility(self.settings.missing_for_sms, self.settings.is_local)

    @cached_property
    def end_batches(self) -> EndBatches:
        from parley.services.campaigns.end_batches import EndBatches

        return EndBatches(
            store=self.store, publisher=self.publisher, ready=self.ready_batches, clock=self.clock
        )

    @cached_property
    def plan_again(self) -> PlanAgain:
        from parley.services.campaigns.plan_again import PlanAgain

        return PlanAgain(store=self.store, clock=self.clock)

    @cached_property
    def service_settings(self) -> ServiceSettings:
        from parley.services.campaigns.service_settings import ServiceSettings

        return ServiceSettings(store=self.store, clock=self.clock)

    @cached_property
    def find_campaigns(self) -> FindCampaigns:
        from parley.services.campaigns.find_campaigns import FindCampaigns

        return FindCampaigns(store=self.store, campaigns=self.compiled_campaigns)

    @cached_property
    def begin_campaigns(self) -> BeginCampaigns:
        from parley.services.campaigns.begin_campaigns import BeginCampaigns

        return BeginCampaigns(
            store=self.store,
            campaigns=self.compiled_campaigns,
            audience=self.audience,
            bans=self.bans,
            clock=self.clock,
            sms=self.sms_ability,
        )

    @cached_property
    def advance_campaigns(self) -> AdvanceCampaigns:
        from parley.services.campaigns.advance_campaigns import AdvanceCampaigns

        return AdvanceCampaigns(
            store=self.store,
            begin=self.begin_campaigns,
            campaigns=self.compiled_campaigns,
            clock=self.clock,
        )

    @cached_property
    def freeze_audience(self) -> FreezeAudience:
        from parley.services.campaigns.freeze_audience import FreezeAudience

        return FreezeAudience(
            store=self.store,
            audience=self.audience,
            clock=self.clock,
            batch_size=self.settings.batch_size,
        )

    @cached_property
    def run_campaigns(self) -> RunCampaigns:
        from parley.services.campaigns.run_campaigns import RunCampaigns

        return RunCampaigns(
            store=self.store,
            advance=self.advance_campaigns,
            freeze=self.freeze_audience,
            ready=self.ready_batches,
            plan_again=self.plan_again,
            end=self.end_batches,
            campaigns=self.compiled_campaigns,
            progress=self.campaign_progress,
            sms=self.campaign_sms,
            clock=self.clock,
        )

    @cached_property
    def send_campaign_batches(self) -> SendCampaignBatches:
        from parley.services.campaigns.send_batches import SendCampaignBatches

        return SendCampaignBatches(
            store=self.store,
            publisher=self.publisher,
            campaigns=self.compiled_campaigns,
            ready=self.ready_batches,
            settings=self.service_settings,
            progress=self.campaign_progress,
            compose=self.compose_batches,
            clock=self.clock,
            written=self.written_batches,
        )

    @cached_property
    def ramp_slots(self) -> RampSlots | None:
        if not self.settings.ramp:
            return None
        from parley.services.campaigns.ramp_slots import RampSlots

        return RampSlots(
            store=self.store,
            clock=self.clock,
            base=self.settings.ramp,
            batch_size=self.settings.batch_size,
        )

    @cached_property
    def ramped_batches(self) -> RampedBatches:
        from parley.services.campaigns.ramped_batches import RampedBatches

        return RampedBatches(
            batches=self.send_campaign_batches, slots=self.ramp_slots, publisher=self.publisher
        )

    @cached_property
    def preview_campaigns(self) -> PreviewCampaigns:
        from parley.services.campaigns.preview_campaigns import PreviewCampaigns

        return PreviewCampaigns(
            store=self.store,
            kinds=self.kinds,
            settings=self.service_settings,
            clock=self.clock,
            batch_size=self.settings.batch_size,
            ramp=self.settings.ramp,
            sms=self.sms_ability,
            prices=self.sms_prices,
            slow=self.slow_work,
        )

    @cached_property
    def send_tests(self) -> SendTests:
        from parley.services.campaigns.send_tests import SendTests

        return SendTests(store=self.store, preview=self.preview_campaigns)

    @cached_property
    def campaigns_of_person(self) -> CampaignsOfPerson:
        from parley.services.campaigns.campaigns_of_person import CampaignsOfPerson

        return CampaignsOfPerson(store=self.store)

    @cached_property
    def explain_recipients(self) -> ExplainRecipients:
        from parley.services.campaigns.explain_recipients import ExplainRecipients

        return ExplainRecipients(
            store=self.store,
            find=self.find_campaigns,
            settings=self.service_settings,
            clock=self.clock,
        )

    @cached_property
    def export_results(self) -> ExportResults:
        from parley.services.campaigns.export_results import ExportResults

        return ExportResults(store=self.store, find=self.find_campaigns)

    @cached_property
    def retry_failed(self) -> RetryFailedRecipients:
        from parley.services.campaigns.retry_failed import RetryFailedRecipients

        return RetryFailedRecipients(
            store=self.store,
            find=self.find_campaigns,
            plan_again=self.plan_again,
            run=self.run_campaigns,
            progress=self.campaign_progress,
            clock=self.clock,
        )

    @cached_property
    def read_campaigns(self) -> ReadCampaigns:
        from parley.services.campaigns.read_campaigns import ReadCampaigns

        return ReadCampaigns(store=self.store)

    @cached_property
    def give_up_campaigns(self) -> GiveUpCampaigns:
        from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns

        return GiveUpCampaigns(
            store=self.store,
            end=self.end_batches,
            progress=self.campaign_progress,
            clock=self.clock,
        )
