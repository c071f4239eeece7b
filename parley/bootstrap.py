"""The composition root: wire the services on any implementation of the ports.

All services are wired in one place, so the file is long.
"""

from __future__ import annotations

import random

from parley.app import App
from parley.domain.aside import AT_ONCE, Aside
from parley.domain.campaigns.job import SmsAbility
from parley.domain.campaigns.kinds import KINDS, Kinds
from parley.domain.delivery.email_provider import NO_MAIL_SERVER, EmailRequest
from parley.domain.delivery.push_folds import PushFolds
from parley.domain.delivery.sms_prices import LIST_PRICES, SmsPrices
from parley.domain.delivery.sms_provider import SmsProvider
from parley.domain.ports import (
    Accounts,
    Clock,
    Files,
    IdFactory,
    JobSender,
    Publisher,
    PushSender,
    Subscriber,
)
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
from parley.services.chats.answer_by_sms import AnswerBySms
from parley.services.chats.answer_invitations import AnswerInvitations
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.change_members import ChangeMembers
from parley.services.chats.fan_out_messages import FanOutMessages
from parley.services.chats.fan_out_together import FanOutTogether
from parley.services.chats.find_cases import FindCases
from parley.services.chats.give_up_messages import GiveUpMessages
from parley.services.chats.hold_paces import HoldPaces
from parley.services.chats.load_candidates import LoadCandidates
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
from parley.services.delivery.notify_members import NotifyMembers
from parley.services.delivery.notify_together import NotifyTogether
from parley.services.delivery.opted_out_numbers import OptedOutNumbers
from parley.services.delivery.paced_claims import PacedClaims
from parley.services.delivery.push_mass_messages import PushMassMessages
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.queue_digests import QueueDigests
from parley.services.delivery.sms_status import SmsStatus
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.delivery.written_batches import WrittenBatches
from parley.services.people.bans import Bans
from parley.services.people.consents import Consents
from parley.services.people.export_consents import ExportConsents
from parley.services.people.follow_blocks import FollowBlocks
from parley.services.people.import_people import ImportPeople
from parley.services.people.mirror_user import MirrorUser
from parley.services.people.names import Names
from parley.services.people.spend_budgets import CallBudgets
from parley.services.people.update_services import UpdateServices
from parley.services.turns import SlowWork
from parley.services.upkeep.operations import Operations
from parley.services.upkeep.waiting_work import WaitingWork
from parley.settings import Settings
from parley.store import Store
from parley.store.joining_store import JoiningStore
from parley.wire_sms import wire_sms_jobs


def wire(
    settings: Settings,
    *,
    clock: Clock,
    new_ids: IdFactory,
    store: Store,
    publisher: Publisher,
    subscriber: Subscriber,
    sender: PushSender,
    accounts: Accounts,
    sms: SmsProvider,
    mail: JobSender[EmailRequest] = NO_MAIL_SERVER,
    files: Files,
    randomness: random.Random,
    sms_prices: SmsPrices = LIST_PRICES,
    kinds: Kinds = KINDS,
    aside: Aside = AT_ONCE,
) -> App:
    """Wire services on any implementation of the ports: the adapters, or their twins in tests."""
    # What is small and comes by the thousand shares its calls.
    joined = JoiningStore(store)
    names = Names(store=joined, clock=clock)
    post_limits = PostLimits(store=store, clock=clock)
    consents = Consents(store=store, new_ids=new_ids)
    folds = PushFolds()
    push_messages = PushMessages(
        store=joined, sender=sender, clock=clock, randomness=randomness, folds=folds
    )
    summaries = SummarizePushes(
        store=joined, push_messages=push_messages, folds=folds, clock=clock, randomness=randomness
    )
    blocked_authors = BlockedAuthors(store=joined, clock=clock)
    digests = QueueDigests(store=joined, settings=names.services.digests, clock=clock)
    hold_paces = HoldPaces(store=joined, post_limits=post_limits, clock=clock)
    notify_members = NotifyMembers(
        store=joined,
        push_messages=push_messages,
        summaries=summaries,
        blocked_authors=blocked_authors,
        digests=digests,
        names=names,
        clock=clock,
    )
    bans = Bans(store=store, accounts=accounts, clock=clock, new_ids=new_ids)
    chats = ChangeChats(store=store, new_ids=new_ids)
    candidates = LoadCandidates(store=store, clock=clock)
    slow = SlowWork(aside)
    compose = ComposeBatches(slow)
    audience = Audience(store=store, slow=slow)
    campaigns = CompiledCampaigns(kinds, slow)
    due = DueBatches(publisher=publisher, clock=clock)
    due_jobs = DueJobs(publisher=publisher, clock=clock)
    opted_out = OptedOutNumbers(store=store, consents=consents, clock=clock)
    sms_jobs = wire_sms_jobs(
        opted_out.watch(sms),
        prices=sms_prices,
        due=due_jobs,
        is_local=settings.is_local,
        store=store,
        clock=clock,
        randomness=randomness,
    )
    ready = ReadyBatches(store=store, publisher=publisher, due=due, randomness=randomness)
    progress = CampaignProgress(store=store, ready=ready, clock=clock)
    campaign_sms = RecordSmsResults(
        store=store, publisher=publisher, ready=ready, progress=progress, clock=clock
    )
    ability = SmsAbility(settings.missing_for_sms, settings.is_local)
    end = EndBatches(store=store, publisher=publisher, ready=ready, clock=clock)
    plan_again = PlanAgain(store=store, clock=clock)
    service_settings = ServiceSettings(store=store, clock=clock)
    find = FindCampaigns(store=store, campaigns=campaigns)
    run_campaigns = RunCampaigns(
        store=store,
        advance=AdvanceCampaigns(
            store=store,
            begin=BeginCampaigns(
                store=store, campaigns=campaigns, audience=audience, clock=clock, sms=ability
            ),
            campaigns=campaigns,
            clock=clock,
        ),
        freeze=FreezeAudience(
            store=store, audience=audience, clock=clock, batch_size=settings.batch_size
        ),
        ready=ready,
        plan_again=plan_again,
        end=end,
        campaigns=campaigns,
        progress=progress,
        sms=campaign_sms,
        clock=clock,
    )
    batches = SendCampaignBatches(
        store=store,
        publisher=publisher,
        campaigns=campaigns,
        ready=ready,
        settings=service_settings,
        progress=progress,
        compose=compose,
        clock=clock,
        written=(written := WrittenBatches()),
    )
    slots = None
    if settings.ramp:
        slots = RampSlots(
            store=store, clock=clock, base=settings.ramp, batch_size=settings.batch_size
        )
    claim_push_tokens = ClaimPushTokens(store=store)
    preview = PreviewCampaigns(
        store=store,
        kinds=kinds,
        settings=service_settings,
        clock=clock,
        batch_size=settings.batch_size,
        ramp=settings.ramp,
        sms=ability,
        prices=sms_prices,
        slow=slow,
    )
    notify_batches = NotifyCampaignBatches(
        store=store,
        push_messages=push_messages,
        names=names,
        clock=clock,
        kinds=kinds,
        written=written,
    )
    return App(
        settings=settings,
        clock=clock,
        new_ids=new_ids,
        store=store,
        publisher=publisher,
        subscriber=subscriber,
        randomness=randomness,
        change_chats=chats,
        open_chats=OpenChats(store=store, new_ids=new_ids, candidates=candidates),
        change_members=ChangeMembers(chats=chats, candidates=candidates),
        answer_invitations=AnswerInvitations(chats=chats),
        update_chats=UpdateChats(chats=chats, clock=clock),
        find_cases=FindCases(store=store),
        start_bulk_jobs=StartBulkJobs(store, publisher, new_ids, clock),
        run_bulk_jobs=RunBulkJobs(chats=chats, clock=clock),
        update_services=UpdateServices(store=store, new_ids=new_ids),
        import_people=ImportPeople(store=store, files=files, new_ids=new_ids),
        bans=bans,
        consents=consents,
        export_consents=ExportConsents(store=store),
        receive_sms=ReceiveSms(
            store=store, consents=consents, clock=clock, is_local=settings.is_local
        ),
        call_budgets=CallBudgets(store=store, clock=clock),
        reports=Reports(store=store, new_ids=new_ids),
        read_chats=ReadChats(store=store),
        read_campaigns=ReadCampaigns(store=store),
        preview_campaigns=preview,
        send_tests=SendTests(store=store, preview=preview),
        campaigns_of_person=CampaignsOfPerson(store=store),
        operations=Operations(store=store, publisher=publisher, clock=clock, new_ids=new_ids),
        explain_recipients=ExplainRecipients(
            store=store, find=find, settings=service_settings, clock=clock
        ),
        export_results=ExportResults(store=store, find=find),
        retry_failed=RetryFailedRecipients(
            store=store,
            find=find,
            plan_again=plan_again,
            run=run_campaigns,
            progress=progress,
            clock=clock,
        ),
        mirror_user=MirrorUser(store=store, clock=clock),
        claim_push_tokens=claim_push_tokens,
        paced_claims=PacedClaims(claims=claim_push_tokens, clock=clock),
        follow_blocks=FollowBlocks(store=store, clock=clock),
        blocked_authors=blocked_authors,
        fan_out_messages=FanOutMessages(
            store=joined,
            bans=bans,
            hold_paces=hold_paces,
            notify_members=notify_members,
            answer_by_sms=AnswerBySms(store=joined),
        ),
        fan_out_together=FanOutTogether(
            store=joined,
            bans=bans,
            hold_paces=hold_paces,
            post_limits=post_limits,
            notify=NotifyTogether(
                store=joined,
                push_messages=push_messages,
                summaries=summaries,
                members=notify_members,
                names=names,
                clock=clock,
            ),
        ),
        post_mass_messages=PostMassMessages(
            store=store,
            push=PushMassMessages(
                store=store,
                push_messages=push_messages,
                summaries=summaries,
                digests=digests,
                names=names,
                clock=clock,
            ),
            names=names,
            clock=clock,
            randomness=randomness,
        ),
        run_campaigns=run_campaigns,
        send_campaign_batches=batches,
        ramped_batches=RampedBatches(batches=batches, slots=slots, publisher=publisher),
        notify_campaign_batches=notify_batches,
        late_batches=LateBatches(notify_batches),
        campaign_progress=progress,
        campaign_sms=campaign_sms,
        due_batches=due,
        sms_jobs=sms_jobs,
        sms_status=SmsStatus(jobs=sms_jobs, opted_out=opted_out),
        email_jobs=EmailJobs(
            store=store,
            files=files,
            sender=mail,
            due=due_jobs,
            clock=clock,
            randomness=randomness,
            slow=slow,
            is_local=settings.firestore_emulator_host is not None,
        ),
        sms_prices=sms_prices,
        due_jobs=due_jobs,
        ready_batches=ready,
        push_settings=names.push_settings,
        post_limits=post_limits,
        summaries=summaries,
        service_names=names.services,
        give_up_campaigns=GiveUpCampaigns(store=store, end=end, progress=progress, clock=clock),
        give_up_messages=GiveUpMessages(store=store),
        waiting_work=WaitingWork(store=store, clock=clock),
        kinds=kinds,
    )
