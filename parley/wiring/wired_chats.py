"""Chats, their members and their messages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from parley.wiring.wired_delivery import DeliveryServices

if TYPE_CHECKING:
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
    from parley.services.chats.load_invitations import LoadInvitations
    from parley.services.chats.open_chats import OpenChats
    from parley.services.chats.post_limits import PostLimits
    from parley.services.chats.post_mass_messages import PostMassMessages
    from parley.services.chats.read_chats import ReadChats
    from parley.services.chats.receive_sms import ReceiveSms
    from parley.services.chats.report_messages import Reports
    from parley.services.chats.run_bulk_jobs import RunBulkJobs
    from parley.services.chats.start_bulk_jobs import StartBulkJobs
    from parley.services.chats.update_chats import UpdateChats


class ChatServices(DeliveryServices):
    """Chats, their members and their messages."""

    @cached_property
    def post_limits(self) -> PostLimits:
        from parley.services.chats.post_limits import PostLimits

        return PostLimits(store=self.store, clock=self.clock)

    @cached_property
    def hold_paces(self) -> HoldPaces:
        from parley.services.chats.hold_paces import HoldPaces

        return HoldPaces(store=self.joined_store, post_limits=self.post_limits, clock=self.clock)

    @cached_property
    def change_chats(self) -> ChangeChats:
        from parley.services.chats.change_chats import ChangeChats

        return ChangeChats(store=self.store, new_ids=self.new_ids)

    @cached_property
    def load_candidates(self) -> LoadCandidates:
        from parley.services.chats.load_candidates import LoadCandidates

        return LoadCandidates(store=self.store, clock=self.clock)

    @cached_property
    def load_invitations(self) -> LoadInvitations:
        from parley.services.chats.load_invitations import LoadInvitations

        return LoadInvitations(store=self.store)

    @cached_property
    def open_chats(self) -> OpenChats:
        from parley.services.chats.open_chats import OpenChats

        return OpenChats(store=self.store, new_ids=self.new_ids, candidates=self.load_candidates)

    @cached_property
    def change_members(self) -> ChangeMembers:
        from parley.services.chats.change_members import ChangeMembers

        return ChangeMembers(chats=self.change_chats, candidates=self.load_candidates)

    @cached_property
    def answer_invitations(self) -> AnswerInvitations:
        from parley.services.chats.answer_invitations import AnswerInvitations

        return AnswerInvitations(chats=self.change_chats, invitations=self.load_invitations)

    @cached_property
    def update_chats(self) -> UpdateChats:
        from parley.services.chats.update_chats import UpdateChats

        return UpdateChats(chats=self.change_chats, clock=self.clock)

    @cached_property
    def find_cases(self) -> FindCases:
        from parley.services.chats.find_cases import FindCases

        return FindCases(store=self.store)

    @cached_property
    def start_bulk_jobs(self) -> StartBulkJobs:
        from parley.services.chats.start_bulk_jobs import StartBulkJobs

        return StartBulkJobs(self.store, self.publisher, self.new_ids, self.clock)

    @cached_property
    def run_bulk_jobs(self) -> RunBulkJobs:
        from parley.services.chats.run_bulk_jobs import RunBulkJobs

        return RunBulkJobs(chats=self.change_chats, bans=self.bans, clock=self.clock)

    @cached_property
    def receive_sms(self) -> ReceiveSms:
        from parley.services.chats.receive_sms import ReceiveSms

        return ReceiveSms(
            store=self.store,
            consents=self.consents,
            clock=self.clock,
            is_local=self.settings.is_local,
        )

    @cached_property
    def reports(self) -> Reports:
        from parley.services.chats.report_messages import Reports

        return Reports(store=self.store, new_ids=self.new_ids, invitations=self.load_invitations)

    @cached_property
    def read_chats(self) -> ReadChats:
        from parley.services.chats.read_chats import ReadChats

        return ReadChats(store=self.store, invitations=self.load_invitations)

    @cached_property
    def answer_by_sms(self) -> AnswerBySms:
        from parley.services.chats.answer_by_sms import AnswerBySms

        return AnswerBySms(store=self.joined_store)

    @cached_property
    def fan_out_messages(self) -> FanOutMessages:
        from parley.services.chats.fan_out_messages import FanOutMessages

        return FanOutMessages(
            store=self.joined_store,
            bans=self.bans,
            hold_paces=self.hold_paces,
            notify_members=self.notify_members,
            answer_by_sms=self.answer_by_sms,
        )

    @cached_property
    def fan_out_together(self) -> FanOutTogether:
        from parley.services.chats.fan_out_together import FanOutTogether

        return FanOutTogether(
            store=self.joined_store,
            bans=self.bans,
            hold_paces=self.hold_paces,
            post_limits=self.post_limits,
            notify=self.notify_together,
        )

    @cached_property
    def post_mass_messages(self) -> PostMassMessages:
        from parley.services.chats.post_mass_messages import PostMassMessages

        return PostMassMessages(
            store=self.store,
            push=self.push_mass_messages,
            names=self.names,
            bans=self.bans,
            clock=self.clock,
            randomness=self.randomness,
        )

    @cached_property
    def give_up_messages(self) -> GiveUpMessages:
        from parley.services.chats.give_up_messages import GiveUpMessages

        return GiveUpMessages(store=self.store)
