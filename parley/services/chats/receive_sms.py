"""Receive SMS: opt-outs and opt-ins, and messages into the case chats of their people.

A repeat of the provider's call changes nothing: each SMS leaves a message or a record under an id
that is derived from the provider's, in the commit that handles it.
"""

from __future__ import annotations

from parley.domain.campaigns.texted_answers import texted_answers
from parley.domain.chats.texted_messages import may_post, post_text, text_of
from parley.domain.delivery.inbound_sms import InboundSms
from parley.domain.delivery.keywords import Keyword, read_keyword
from parley.domain.delivery.phone_numbers import canonical_number
from parley.domain.delivery.sms import LOCAL_SENDER
from parley.domain.people.opt_outs import Texted, opted_out_consents, received_write
from parley.domain.ports import Clock
from parley.services.chats.sms_senders import SmsSenders, sms_settings
from parley.services.people.consents import Consents
from parley.services.people.people_by_phone import PeopleByPhone
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Store, Write
from parley.store.commit_loop import commit_with_retry
from parley.structured_logging import get_log
from schema import ids, paths
from schema.bans import Ban
from schema.received_sms import ReceivedSmsState
from schema.users import texting_user_fields

_log = get_log(__name__)

_RCS = "rcs:"
"""The prefix of numbers that wrote by RCS. They share consents and chat with SMS."""


class ReceiveSms:
    """Handles inbound SMS, MMS and RCS messages, for the webhook."""

    def __init__(
        self, *, store: Store, consents: Consents, clock: Clock, is_local: bool = False
    ) -> None:
        self._store = store
        self._people = PeopleByPhone(store=store)
        self._senders = SmsSenders(store=store, local_sender=LOCAL_SENDER if is_local else None)
        self._consents = consents
        self._clock = clock

    async def receive(self, inbound: InboundSms) -> None:
        """Handle one SMS. Idempotent; raise only if the provider should call again."""
        phone = canonical_number(inbound.from_.removeprefix(_RCS))
        texted = Texted(
            inbound.message_sid,
            phone,
            inbound.to,
            text_of(inbound),
            via="rcs" if inbound.from_.startswith(_RCS) else "sms",
        )
        known = await self._people.of_all_services(phone)
        services = await self._senders.services_of(inbound, known)
        keyword = read_keyword(inbound.body, inbound.opt_out_type)
        if keyword is Keyword.STOP:
            for service_id in services:
                await self._consents.stop(service_id, texted)
            return
        if keyword is Keyword.START and await self._start(services, known, texted):
            return
        concerned = {one: people for one, people in known.items() if one in services}
        if not concerned:
            service_id = min(services, key=lambda one: (one != ids.DEFAULT_SERVICE, one))
            await self._take_unknown(service_id, services[service_id], texted)
            return
        service_id, person = await self._sender(concerned)
        await self._post(service_id, services[service_id], person, texted)

    async def _start(
        self,
        services: dict[str, Snapshot | None],
        known: dict[str, list[Snapshot]],
        texted: Texted,
    ) -> bool:
        """Give back what an opt-out took; False if the number was opted out nowhere.

        Then START, and YES above all, is a message like any other.
        """
        if await self._is_posted(services, known, texted):
            return True
        results = [await self._consents.start(service_id, texted) for service_id in services]
        return any(results)

    async def _is_posted(
        self,
        services: dict[str, Snapshot | None],
        known: dict[str, list[Snapshot]],
        texted: Texted,
    ) -> bool:
        """Return whether this SMS was taken for an ordinary message before."""
        message_id = ids.inbound_sms_id(texted.message_sid)
        uids = [
            (service_id, uid)
            for service_id in services
            for uid in (
                *(person.id for person in known.get(service_id, ())),
                ids.texting_uid(service_id, texted.phone),
            )
        ]
        chats = (ids.case_chat_id(uid, service_id) for service_id, uid in uids)
        places = [paths.message(chat_id, message_id) for chat_id in chats]
        found = await self._store.get_many(places, select=())
        return any(one is not None for one in found)

    async def _sender(self, known: dict[str, list[Snapshot]]) -> tuple[str, Snapshot]:
        """Return the service and person that an SMS is from, the one who was written to last."""
        people = [(one, person) for one, some in sorted(known.items()) for person in some]
        return await self._people.written_to_last(people)

    async def _post(
        self, service_id: str, service: Snapshot | None, person: Snapshot, texted: Texted
    ) -> None:
        """Post a known person's SMS into their case chat.

        If they are banned, or staff have muted them, it is kept for staff to see.
        """
        uid = person.id
        chat_id = ids.case_chat_id(uid, service_id)
        message_id = ids.inbound_sms_id(texted.message_sid)

        async def decide() -> list[Write]:
            posted, received, chat, member, ban = await self._store.get_many(
                [
                    paths.message(chat_id, message_id),
                    paths.received_sms(service_id, message_id),
                    paths.chat(chat_id),
                    paths.chat_member(chat_id, uid),
                    paths.ban(uid),
                ]
            )
            if posted is not None or received is not None:
                return []
            now = self._clock.now()
            is_banned = ban is not None and Ban.parse(ban.fields).is_in_force(now)
            if is_banned or not may_post(member, now):
                return [received_write(service_id, texted, [uid], ReceivedSmsState.MUTED)]
            said = _posted(uid, service_id, service, chat, texted)
            return said + texted_answers(person, now)

        await commit_with_retry(self._store, decide, what=f"case {chat_id}")

    async def _take_unknown(
        self, service_id: str, service: Snapshot | None, texted: Texted
    ) -> None:
        """Make a person and a case for an unknown number, or keep its SMS for staff to see."""
        settings = sms_settings(service)
        is_created = settings is not None and settings.unknown_numbers == "create"
        uid = ids.texting_uid(service_id, texted.phone)
        chat_id = ids.case_chat_id(uid, service_id)
        message_id = ids.inbound_sms_id(texted.message_sid)

        async def decide() -> list[Write]:
            received, person, posted, chat, opted_out = await self._store.get_many(
                [
                    paths.received_sms(service_id, message_id),
                    paths.service_user(service_id, uid),
                    paths.message(chat_id, message_id),
                    paths.chat(chat_id),
                    paths.sms_opt_out(service_id, texted.phone),
                ]
            )
            if received is not None or posted is not None:
                return []
            if not is_created:
                return [received_write(service_id, texted, [], ReceivedSmsState.KEPT)]
            writes = _posted(uid, service_id, service, chat, texted)
            if person is None:
                fields = texting_user_fields(
                    uid=uid,
                    phone=texted.phone,
                    display_name=texted.phone,
                    created_at=SERVER_TIME,
                    consents=opted_out_consents() if opted_out is not None else {},
                )
                writes.append(Set(paths.service_user(service_id, uid), fields, MUST_NOT_EXIST))
            return writes

        await commit_with_retry(self._store, decide, what=f"case {chat_id}")
        _log.info("sms.unknownNumber", serviceId=service_id, smsId=message_id, created=is_created)


def _posted(
    uid: str, service_id: str, service: Snapshot | None, chat: Snapshot | None, texted: Texted
) -> list[Write]:
    """Return the writes of a person's SMS in their case."""
    return post_text(
        uid,
        service_id,
        chat,
        message_id=ids.inbound_sms_id(texted.message_sid),
        body=texted.body,
        via=texted.via,
        service_name=_name(service_id, service),
    )


def _name(service_id: str, service: Snapshot | None) -> str:
    name = service.fields.get("name") if service is not None else None
    return name if isinstance(name, str) and name else service_id
