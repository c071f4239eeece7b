"""Decide about a create: refuse it as Twilio would, or accept it and let its callbacks follow."""

import time
from dataclasses import dataclass

from yarl import URL

from emulator.faults import Fault, FaultPlan
from emulator.journal import Entry, Journal, to_bytes
from emulator.twilio.account import Account
from emulator.twilio.creation import read_order
from emulator.twilio.errors import JSON, Answer, Refusal, ordered_answer
from emulator.twilio.messages import Messages, StoredMessage, steps_to
from emulator.twilio.opt_outs import UNSUBSCRIBED, OptOuts
from emulator.twilio.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller gets, and when: a dropped one breaks the connection instead."""

    answer: Answer
    delay_seconds: float = 0.0
    is_dropped: bool = False


class Creates:
    """Takes the forms of creates, logs each, and starts what follows."""

    def __init__(
        self,
        account: Account,
        *,
        journal: Journal,
        plan: FaultPlan,
        messages: Messages,
        opt_outs: OptOuts,
        webhooks: Webhooks,
    ) -> None:
        self._account = account
        self._journal = journal
        self._plan = plan
        self._messages = messages
        self._opt_outs = opt_outs
        self._webhooks = webhooks

    def take(self, body: bytes) -> Reply:
        """Decide about one form at once; status callbacks may overtake a reply that is delayed."""
        at = time.time()
        pairs = form_pairs(body)
        form = dict(reversed(pairs))  # the first of repeated fields counts
        fault = self._fault(form)
        answer = self._accept_or_refuse(pairs, form, fault, at)
        logged = answer.body if answer.content_type == JSON else to_bytes(answer.body.decode())
        self._journal.add(Entry(at, _logged(pairs), answer.status, logged))
        if fault is None:
            return Reply(answer)
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = f"{fault.retry_after:g}"
        return Reply(answer, fault.delay_ms / 1000, fault.drop_answer)

    def _fault(self, form: dict[str, str]) -> Fault | None:
        if not self._plan.is_active:
            return None
        sender = form.get("From") or form.get("MessagingServiceSid", "")
        return self._plan.strike(
            {"to": form.get("To", ""), "from": sender, "body": form.get("Body", "")}
        )

    def _accept_or_refuse(
        self, pairs: list[tuple[str, str]], form: dict[str, str], fault: Fault | None, at: float
    ) -> Answer:
        if fault and not fault.drop_answer:
            ordered = ordered_answer(fault.status, fault.code)
            if ordered is not None:
                return ordered
        try:
            media = sum(name == "MediaUrl" for name, _ in pairs)
            order = read_order(form, media, at)
            if order.messaging_service_sid:
                self._opt_outs.learn_service(order.messaging_service_sid)
            if self._opt_outs.blocks([order.messaging_service_sid, order.sender], order.to):
                raise Refusal(UNSUBSCRIBED)
        except Refusal as refusal:
            return refusal.answer()
        message = StoredMessage(
            account_sid=self._account.sid,
            to=order.to,
            from_=order.sender,
            body=order.body,
            created=at,
            begins=order.begins,
            steps=steps_to(fault.code if fault else None),
            messaging_service_sid=order.messaging_service_sid,
            media=order.media,
            status_callback=order.status_callback,
        )
        self._messages.add(message)
        if message.status_callback is not None:
            self._webhooks.follow(message)
        return Answer(201, to_bytes(message.to_json(at)))


def form_pairs(form: bytes) -> list[tuple[str, str]]:
    """Return a form's names and values; yarl reads them in a tenth of the time of `parse_qsl`."""
    text = form.decode(errors="replace")
    return list(URL.build(query_string=text, encoded=True).query.items())


def _logged(pairs: list[tuple[str, str]]) -> bytes:
    """Return the form as a JSON object; a repeated field is a list."""
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        known = fields.get(name)
        if known is None:
            fields[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            fields[name] = [known, value]
    return to_bytes(fields)
