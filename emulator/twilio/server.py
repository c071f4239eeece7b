"""The stand-in's server: the Messages API of one account, and the control side."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from emulator.control import Control
from emulator.faults import FaultPlan
from emulator.journal import Journal, to_bytes
from emulator.pages_may_call import let_pages_call
from emulator.ports import HOST
from emulator.twilio.account import Account
from emulator.twilio.creates import Creates, form_pairs
from emulator.twilio.errors import JSON, Answer, Refusal, not_found
from emulator.twilio.inbound import InboundSide
from emulator.twilio.listing import list_page
from emulator.twilio.messages import (
    API_VERSION,
    FINAL_STATUSES,
    Messages,
    StoredMessage,
    rfc_2822,
)
from emulator.twilio.opt_outs import OptOuts
from emulator.twilio.quick_creates import QuickCreates
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
        self._creates = Creates(
            self.account,
            journal=self.journal,
            plan=self.plan,
            messages=self.messages,
            opt_outs=self.opt_outs,
            webhooks=self.webhooks,
        )
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

    @asynccontextmanager
    async def serving(self, host: str = HOST, port: int = 0) -> AsyncIterator[str]:
        """Listen while the context is open, on a free port if none is given; yield the address."""
        runner = web.AppRunner(self.application(), access_log=None)
        await runner.setup()
        others = runner.server
        assert others is not None
        open_connections: set[asyncio.Transport] = set()
        server = await asyncio.get_running_loop().create_server(
            lambda: QuickCreates(
                self.account,
                take=self._creates.take,
                others=others,
                open_connections=open_connections,
            ),
            host,
            port,
        )
        try:
            yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for transport in open_connections:
                transport.close()
            await runner.cleanup()

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
        reply = self._creates.take(await request.read())
        if reply.delay_seconds:
            await asyncio.sleep(reply.delay_seconds)
        if reply.is_dropped and request.transport is not None:
            request.transport.abort()
        return _response(reply.answer)

    async def list_messages(self, request: web.Request) -> web.Response:
        page = list_page(self.messages.newest_first(), request.query, self.account.sid, time.time())
        return _response(Answer(200, to_bytes(page)))

    async def fetch(self, request: web.Request) -> web.Response:
        return _response(Answer(200, to_bytes(self._find(request).to_json(time.time()))))

    async def update(self, request: web.Request) -> web.Response:
        """Cancel a scheduled message, or take the text off a finished one."""
        message, now = self._find(request), time.time()
        form = dict(form_pairs(await request.read()))
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


def _response(answer: Answer) -> web.Response:
    return web.Response(
        body=answer.body,
        status=answer.status,
        headers=answer.headers,
        content_type=answer.content_type,
    )
