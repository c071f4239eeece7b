"""The stand-in's server: the Messages API of one account, and the control side."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from yarl import URL

from emulator.control import Control
from emulator.faults import Fault, FaultPlan
from emulator.journal import Entry, Journal, to_bytes
from emulator.pages_may_call import let_pages_call
from emulator.twilio.account import Account
from emulator.twilio.creation import read_order
from emulator.twilio.errors import JSON, Answer, Refusal, not_found, ordered_answer
from emulator.twilio.inbound import InboundSide
from emulator.twilio.listing import list_page
from emulator.twilio.messages import (
    API_VERSION,
    FINAL_STATUSES,
    Messages,
    StoredMessage,
    rfc_2822,
    steps_to,
)
from emulator.twilio.opt_outs import UNSUBSCRIBED, OptOuts
from emulator.twilio.webhooks import Webhooks

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


class TwilioStandIn:
    """Accepts messages as Twilio does, and logs each create."""

    def __init__(self, account: Account | None = None, *, public_url: str | None = None) -> None:
        self.account = account or Account()
        self.journal = Journal()
        self.plan = FaultPlan()
        self.messages = Messages()
        self.opt_outs = OptOuts()
        self.webhooks = Webhooks(self.account)
        self._authorization = self.account.authorization
        self._inbound = InboundSide(
            self.account,
            messages=self.messages,
            opt_outs=self.opt_outs,
            webhooks=self.webhooks,
            public_url=public_url,
        )

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.router.add_routes(
            [
                web.get(f"{ACCOUNT}.json", self.fetch_account),
                web.post(f"{ACCOUNT}/Messages.json", self.create),
                web.get(f"{ACCOUNT}/Messages.json", self.list_messages),
                web.get(f"{ACCOUNT}/Messages/{{sid}}.json", self.fetch),
                web.post(f"{ACCOUNT}/Messages/{{sid}}.json", self.update),
                web.delete(f"{ACCOUNT}/Messages/{{sid}}.json", self.delete),
                web.post("/_/inbound", self._inbound.receive),
                web.get("/_/callbacks", self.read_callbacks),
                *Control(self.journal, self.plan).routes(),
            ]
        )
        application.cleanup_ctx.append(self.webhooks.running)
        return let_pages_call(application)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check the credentials, and answer every error in Twilio's form."""
        if request.path.startswith("/_/"):
            return await handler(request)
        try:
            if request.headers.get("Authorization") != self._authorization:
                raise Refusal(20003, status=401)
            account = request.match_info.get("account")
            if account is not None and account != self.account.sid:
                raise not_found(request.path)
            return await handler(request)
        except web.HTTPNotFound:
            return _response(not_found(request.path).answer())
        except web.HTTPMethodNotAllowed:
            return _response(Refusal(20004, status=405).answer())
        except Refusal as refusal:
            return _response(refusal.answer())

    async def create(self, request: web.Request) -> web.Response:
        at = time.time()
        pairs = _pairs(await request.read())
        form: dict[str, str] = {}
        for name, value in pairs:
            form.setdefault(name, value)
        fault = self._fault(form)
        answer = self._accept_or_refuse(pairs, form, fault, at)
        logged = answer.body if answer.content_type == JSON else to_bytes(answer.body.decode())
        self.journal.add(Entry(at, _logged(pairs), answer.status, logged))
        if fault and fault.delay_ms:
            # After the decision: status callbacks may overtake the answer.
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault and fault.drop_answer and request.transport is not None:
            request.transport.abort()
        if fault and fault.retry_after is not None:
            answer.headers["Retry-After"] = f"{fault.retry_after:g}"
        return _response(answer)

    def _fault(self, form: dict[str, str]) -> Fault | None:
        if not self.plan.faults:
            return None
        sender = form.get("From") or form.get("MessagingServiceSid", "")
        return self.plan.strike(
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
                self.opt_outs.learn_service(order.messaging_service_sid)
            if self.opt_outs.blocks([order.messaging_service_sid, order.sender], order.to):
                raise Refusal(UNSUBSCRIBED)
        except Refusal as refusal:
            return refusal.answer()
        message = StoredMessage(
            account_sid=self.account.sid,
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
        self.messages.add(message)
        if message.status_callback is not None:
            self.webhooks.follow(message)
        return Answer(201, to_bytes(message.to_json(at)))

    async def list_messages(self, request: web.Request) -> web.Response:
        page = list_page(self.messages.newest_first(), request.query, self.account.sid, time.time())
        return _response(Answer(200, to_bytes(page)))

    async def fetch(self, request: web.Request) -> web.Response:
        return _response(Answer(200, to_bytes(self._find(request).to_json(time.time()))))

    async def update(self, request: web.Request) -> web.Response:
        """Cancel a scheduled message, or take the text off a finished one."""
        message, now = self._find(request), time.time()
        form = dict(_pairs(await request.read()))
        status = message.step_at(now).status
        if form.get("Status") == "canceled":
            if status != "scheduled":
                raise Refusal(30409, f"Message is {status} and cannot be canceled", 409)
            message.is_canceled = True
        elif form.get("Body") == "":
            if status not in FINAL_STATUSES:
                raise Refusal(20009, f"Message is {status}; its body cannot be redacted yet", 409)
            message.body = ""
        else:
            raise Refusal(20001, "Body must be empty, or Status must be canceled")
        return _response(Answer(200, to_bytes(message.to_json(now))))

    async def delete(self, request: web.Request) -> web.Response:
        message = self._find(request)
        status = message.step_at(time.time()).status
        if status not in FINAL_STATUSES and status != "sent":
            raise Refusal(20009, f"Message is {status} and cannot be deleted yet", 409)
        self.messages.remove(message.sid)
        return web.Response(status=204)

    async def fetch_account(self, request: web.Request) -> web.Response:
        began = rfc_2822(0)
        body = {
            "auth_token": self.account.token,
            "date_created": began,
            "date_updated": began,
            "friendly_name": "Parley's stand-in",
            "owner_account_sid": self.account.sid,
            "sid": self.account.sid,
            "status": "active",
            "subresource_uris": {
                "messages": f"/{API_VERSION}/Accounts/{self.account.sid}/Messages.json"
            },
            "type": "Full",
            "uri": f"/{API_VERSION}/Accounts/{self.account.sid}.json",
        }
        return _response(Answer(200, to_bytes(body)))

    async def read_callbacks(self, request: web.Request) -> web.Response:
        """Answer the calls that were made: address, fields, and what came back."""
        return web.Response(body=to_bytes([*self.webhooks.calls]), content_type=JSON)

    def _find(self, request: web.Request) -> StoredMessage:
        message = self.messages.find(request.match_info["sid"])
        if message is None:
            raise not_found(request.path)
        return message


def _pairs(form: bytes) -> list[tuple[str, str]]:
    """Return a form's names and values; yarl reads them in a sixth of the time of `parse_qsl`."""
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


def _response(answer: Answer) -> web.Response:
    return web.Response(
        body=answer.body,
        status=answer.status,
        headers=answer.headers,
        content_type=answer.content_type,
    )
