"""Explain to staff what became of one person of a campaign, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from parley.domain.access import STAFF, Caller
from parley.domain.campaign_requests import ExplainRecipient
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.eligibility import eligibility
from parley.domain.campaigns.explanations import Explanation, Membership, explain_invalid
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.number_claims import with_claim
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.campaigns.unmet_conditions import unmet_conditions
from parley.domain.delivery.routing import sms_number
from parley.domain.ports import Clock
from parley.services.campaigns.find_campaigns import FindCampaigns
from parley.services.campaigns.load_batches import has_device
from parley.services.campaigns.load_reach import needs_devices
from parley.services.campaigns.service_settings import ServiceSettings
from parley.store import Query, Snapshot, Store, Where
from schema import paths
from schema.campaigns import FilterAudience, ListAudience, UserIdsAudience
from schema.ledger import StoredBatch
from schema.services import DistributionList
from schema.visible import is_blank

_NOT_IN_SERVICE = "being a user of the service"


class ExplainRecipients:
    """Explains one person of one campaign: two calls, about eight documents."""

    def __init__(
        self, *, store: Store, find: FindCampaigns, settings: ServiceSettings, clock: Clock
    ) -> None:
        self._store = store
        self._find = find
        self._settings = settings
        self._clock = clock

    async def explain(self, *, caller: Caller, request: ExplainRecipient) -> dict[str, Any]:
        """Return the person's state, attempts and checks, and sentences that tell them.

        Refuse callers who are not staff of the campaign's service.
        """
        found = await self._find.find(caller, request.campaign_id, STAFF)
        try:
            campaign = found.campaign()
        except InvalidCampaign as invalid:
            return explain_invalid(request.campaign_id, invalid.message)
        uid, now = request.user_id, self._clock.now()
        batch = await self._batch_of(campaign.id, uid)
        service_id = campaign.service_id
        chat_id = campaign.chat_id(uid)
        is_shared = campaign.kind.shared_chat_id(campaign) is not None
        record, tokens, chat, *group = await self._store.get_many(
            [
                paths.service_user(service_id, uid),
                paths.push_tokens(uid),
                paths.chat(chat_id),
                *((paths.chat_member(chat_id, uid), paths.past_member(chat_id, uid)) * is_shared),
            ]
        )
        member, past = group or (None, None)
        rules = await self._settings.of(service_id)
        person = Person(uid, record, chat, member, past=past)
        if campaign.sends_sms:
            person = await self._with_reach(campaign, rules, person, tokens, now)
        explanation = Explanation(
            campaign=campaign,
            uid=uid,
            name=_name(record),
            status=found.status,
            error=found.error,
            entry=None if batch is None else batch.recipients[uid],
            is_frozen=found.is_frozen,
            membership=await self._membership(campaign, uid, record),
            now=eligibility(
                campaign,
                rules,
                person,
                None if tokens is None else tokens.fields,
                now,
            ),
        )
        return explanation.answer()

    async def _with_reach(
        self,
        campaign: Campaign,
        rules: ServiceRules,
        person: Person,
        tokens: Snapshot | None,
        now: datetime,
    ) -> Person:
        """Return the person with what decides between an SMS and the chat."""
        if needs_devices(campaign):
            person = replace(person, has_device=has_device(tokens))
        number = sms_number(person.addressee(), rules.context(campaign, now))
        if not isinstance(number, str):
            return person
        (claim,) = await self._store.get_many([paths.campaign_number(campaign.id, number)])
        return with_claim(person, claim)

    async def _batch_of(self, campaign_id: str, uid: str) -> StoredBatch | None:
        """Return the batch that a person is in, by one query."""
        query = Query(
            paths.campaign_batches(campaign_id),
            where=(Where("uids", "array-contains", uid),),
            limit=1,
        )
        async for page in self._store.stream(query):
            for snapshot in page:
                batch = StoredBatch.read(snapshot.fields, snapshot.update_time)
                if uid in batch.recipients:
                    return batch
        return None

    async def _membership(
        self, campaign: Campaign, uid: str, record: Snapshot | None
    ) -> Membership:
        """Return whether a person belongs to the audience as it is now."""
        audience = campaign.job.audience
        if isinstance(audience, UserIdsAudience):
            if uid in audience.user_ids:
                return Membership()
            return Membership(["being one of the people that userIds names"])
        if record is None:
            return Membership([_NOT_IN_SERVICE])
        if isinstance(audience, FilterAudience):
            return Membership(unmet_conditions(audience.where, record.fields))
        if isinstance(audience, ListAudience):
            return await self._on_list(campaign.service_id, audience.list_id, uid, record)
        return Membership()

    async def _on_list(
        self, service_id: str, list_id: str, uid: str, record: Snapshot
    ) -> Membership:
        held, member = await self._store.get_many(
            [
                paths.distribution_list(service_id, list_id),
                paths.list_member(service_id, list_id, uid),
            ]
        )
        if held is None:
            return Membership([f"the list {list_id}, which does not exist any more"])
        saved = DistributionList.parse_or_none(held.fields)
        if saved is not None and saved.where is not None:
            return Membership(unmet_conditions(saved.where, record.fields))
        return Membership() if member is not None else Membership([f"being on the list {list_id}"])


def _name(record: Snapshot | None) -> str | None:
    name = record.fields.get("displayName") if record is not None else None
    return name if isinstance(name, str) and not is_blank(name) else None
