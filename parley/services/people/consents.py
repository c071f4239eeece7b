"""The ledger of consents: answers of people and staff, opt-outs and opt-ins by SMS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parley.domain.access import (
    AGENTS,
    Caller,
    not_found,
    not_in_service,
    require_staff,
    require_user,
)
from parley.domain.delivery.phone_numbers import canonical_number
from parley.domain.people.consent_changes import Answer, change_consents, mirrored_pushes
from parley.domain.people.opt_outs import (
    Texted,
    change_all,
    check_opt_out,
    number_opt_out,
    opt_in,
    opt_out,
    received_write,
)
from parley.domain.people_requests import UpdateConsent
from parley.domain.ports import IdFactory
from parley.services.people.people_by_phone import PeopleByPhone
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    Delete,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from schema import ids, paths
from schema.consent_history import ConsentSource
from schema.reasons import CallableReason
from schema.received_sms import ReceivedSmsState
from schema.users import service_user_fields, user_patch


class Consents:
    """Changes consents, with their history in the same commit."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self._store = store
        self._people = PeopleByPhone(store=store)
        self._ids = new_ids

    async def update(self, *, caller: Caller, request: UpdateConsent) -> str:
        """Record an answer of the caller, or one that staff record for a person. Idempotent.

        Return whose answer it is.
        """
        service_id = request.service_id
        uid = request.user_id or require_user(caller)
        is_own = uid == caller.id
        answer = Answer(
            channel=request.channel,
            purpose=request.purpose,
            granted=request.granted,
            source=ConsentSource.APP if is_own else ConsentSource.STAFF,
            by=caller.id,
        )
        entry_id = self._ids.new_id()

        async def decide() -> list[Write]:
            service, staff, person, own = await self._store.get_many(
                [
                    paths.service(service_id),
                    paths.staff(service_id, caller.id),
                    paths.service_user(service_id, uid),
                    paths.user(uid),
                ]
            )
            if not is_own:
                require_staff(caller, service_id, staff, AGENTS, field="userId")
            if not is_own and service is None and service_id != ids.DEFAULT_SERVICE:
                raise not_found(
                    CallableReason.UNKNOWN_SERVICE,
                    f"serviceId: there is no service {service_id!r}",
                )
            if person is None:
                return _new_person(service_id, uid, own, answer, entry_id)
            if not is_own:
                check_opt_out(person, answer)
            return change_consents(person, service_id, [answer], entry_id)

        await commit_with_retry(self._store, decide, what=f"consents of {uid}")
        return uid

    async def withdraw_by_provider(
        self, service_id: str, phone: str, at: datetime, code: str
    ) -> None:
        """Withdraw SMS for a number that the provider refuses, because it has opted out there.

        ``at`` is when the provider said so; answers that were given later stay. All people of the
        service with this number are withdrawn. Idempotent.
        """
        number = canonical_number(phone)
        source = ConsentSource.PROVIDER

        def withdrawn(person: Snapshot) -> list[Answer]:
            return opt_out(person, source, by=ids.SYSTEM_SENDER, at=at, code=code, before=at)

        async def decide() -> list[Write]:
            people = await self._people.of_service(service_id, number)
            (standing,) = await self._store.get_many([paths.sms_opt_out(service_id, number)])
            entry_id = self._ids.new_id()
            writes = change_all(people, service_id, withdrawn, entry_id)
            if standing is None and (writes or not people):
                writes.append(number_opt_out(service_id, number, source, at))
            return writes

        await commit_with_retry(self._store, decide, what=f"consents of a number in {service_id}")

    async def stop(self, service_id: str, texted: Texted) -> None:
        """Withdraw both purposes of SMS for all people of a service with this number.

        Once for each message, however often it is repeated; staff see the message.
        """

        def withdrawn(person: Snapshot) -> list[Answer]:
            return opt_out(person, ConsentSource.STOP, by=person.id, message_sid=texted.message_sid)

        async def decide() -> list[Write]:
            people, received, standing = await self._read(service_id, texted)
            if received is not None:
                return []
            entry_id = ids.inbound_sms_id(texted.message_sid)
            writes = change_all(people, service_id, withdrawn, entry_id)
            writes.append(
                received_write(
                    service_id, texted, [one.id for one in people], ReceivedSmsState.OPTED_OUT
                )
            )
            if standing is None:
                writes.append(
                    number_opt_out(service_id, texted.phone, ConsentSource.STOP, SERVER_TIME)
                )
            return writes

        await commit_with_retry(self._store, decide, what=f"consents of a number in {service_id}")

    async def start(self, service_id: str, texted: Texted) -> bool:
        """Give back what the last opt-out took; return whether the number was opted out.

        Once for each message: a repeat gives nothing back after another opt-out.
        """
        was_opted_out = False

        def given_back(person: Snapshot) -> list[Answer]:
            return opt_in(person, by=person.id, message_sid=texted.message_sid)

        async def decide() -> list[Write]:
            nonlocal was_opted_out
            people, received, standing = await self._read(service_id, texted)
            if received is not None:
                was_opted_out = True
                return []
            entry_id = ids.inbound_sms_id(texted.message_sid)
            writes = change_all(people, service_id, given_back, entry_id)
            if standing is not None:
                writes.append(Delete(standing.path, UpdatedAt(standing.update_time)))
            was_opted_out = bool(writes)
            if writes:
                writes.append(
                    received_write(
                        service_id, texted, [one.id for one in people], ReceivedSmsState.OPTED_IN
                    )
                )
            return writes

        await commit_with_retry(self._store, decide, what=f"consents of a number in {service_id}")
        return was_opted_out

    async def _read(
        self, service_id: str, texted: Texted
    ) -> tuple[list[Snapshot], Snapshot | None, Snapshot | None]:
        people = await self._people.of_service(service_id, texted.phone)
        received, standing = await self._store.get_many(
            [
                paths.received_sms(service_id, ids.inbound_sms_id(texted.message_sid)),
                paths.sms_opt_out(service_id, texted.phone),
            ]
        )
        return people, received, standing


def _new_person(
    service_id: str, uid: str, own: Snapshot | None, answer: Answer, entry_id: str
) -> list[Write]:
    """Return the record of somebody who signed up just now, with their first answer.

    Everybody is in the default service. To others, people come by a chat or an import.
    """
    if service_id != ids.DEFAULT_SERVICE or own is None:
        raise not_in_service(uid, service_id)
    fields = service_user_fields(uid=uid, user=own.fields, created_at=SERVER_TIME)
    consents: dict[str, Any] = {answer.channel: {answer.purpose: answer.entry()}}
    joined = user_patch(service_ids=ArrayUnion((service_id,)))
    return [
        Set(paths.service_user(service_id, uid), {**fields, "consents": consents}, MUST_NOT_EXIST),
        answer.history(service_id, uid, entry_id),
        Update(own.path, joined, UpdatedAt(own.update_time)),
        *mirrored_pushes(service_id, uid, {}, [answer]),
    ]
