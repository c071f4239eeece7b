"""People and services, as a process knows them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from parley.wiring.wired_ports import WiredPorts
from schema import limits, paths

if TYPE_CHECKING:
    from parley.services.delivery.push_settings import ServicePushSettings
    from parley.services.people.bans import Bans
    from parley.services.people.consents import Consents
    from parley.services.people.devices_of_person import DevicesOfPerson
    from parley.services.people.export_consents import ExportConsents
    from parley.services.people.follow_blocks import FollowBlocks
    from parley.services.people.holds import Holds
    from parley.services.people.import_people import ImportPeople
    from parley.services.people.mirror_user import MirrorUser
    from parley.services.people.names import Names
    from parley.services.people.service_names import ServiceNames
    from parley.services.people.spend_budgets import CallBudgets
    from parley.services.people.update_services import UpdateServices
    from parley.store.joining_store import JoiningStore


class PeopleServices(WiredPorts):
    """People and services, as a process knows them."""

    @cached_property
    def joined_store(self) -> JoiningStore:
        """The store for what is small and comes by the thousand: such calls are shared."""
        from parley.store.joining_store import JoiningStore

        return JoiningStore(self.store)

    @cached_property
    def names(self) -> Names:
        from parley.services.people.names import Names

        return Names(store=self.joined_store, clock=self.clock)

    @cached_property
    def push_settings(self) -> ServicePushSettings:
        return self.names.push_settings

    @cached_property
    def service_names(self) -> ServiceNames:
        return self.names.services

    @cached_property
    def consents(self) -> Consents:
        from parley.services.people.consents import Consents

        return Consents(store=self.store, new_ids=self.new_ids)

    @cached_property
    def devices_of_person(self) -> DevicesOfPerson:
        from parley.services.people.devices_of_person import DevicesOfPerson

        return DevicesOfPerson(store=self.store)

    @cached_property
    def export_consents(self) -> ExportConsents:
        from parley.services.people.export_consents import ExportConsents

        return ExportConsents(store=self.store)

    @cached_property
    def bans(self) -> Bans:
        from parley.services.people.bans import Bans

        return Bans(
            store=self.store, accounts=self.accounts, clock=self.clock, new_ids=self.new_ids
        )

    @cached_property
    def call_budgets(self) -> CallBudgets:
        from parley.services.people.spend_budgets import CallBudgets

        return CallBudgets(store=self.store, clock=self.clock)

    @cached_property
    def update_services(self) -> UpdateServices:
        from parley.services.people.update_services import UpdateServices

        return UpdateServices(store=self.store, new_ids=self.new_ids)

    @cached_property
    def import_people(self) -> ImportPeople:
        from parley.services.people.import_people import ImportPeople

        return ImportPeople(store=self.store, files=self.files, new_ids=self.new_ids)

    @cached_property
    def mirror_user(self) -> MirrorUser:
        from parley.services.people.mirror_user import MirrorUser

        settings = self.settings
        has_accounts = settings.auth_emulator_host or settings.firestore_emulator_host is None
        return MirrorUser(
            store=self.store, clock=self.clock, accounts=self.accounts if has_accounts else None
        )

    @cached_property
    def deletion_holds(self) -> Holds:
        """Counts the messages of each person that are deleted."""
        from parley.services.people.holds import Holds

        return Holds(
            store=self.store,
            clock=self.clock,
            acts="deletions",
            most=limits.DELETIONS_A_MINUTE,
            hold=paths.deletion_hold,
        )

    @cached_property
    def follow_blocks(self) -> FollowBlocks:
        from parley.services.people.follow_blocks import FollowBlocks

        return FollowBlocks(store=self.store, clock=self.clock)
