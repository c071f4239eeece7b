"""`POST /_/inbound`: a person writes to a number of the account."""

import time

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from emulator.twilio.account import Account
from emulator.twilio.messages import Messages, Step, StoredMessage
from emulator.twilio.opt_outs import OptOuts
from emulator.twilio.webhooks import Webhooks, inbound_form

INBOUND_PATH = "/webhooks/twilio/inbound"


class Inbound(BaseModel):
    """What to receive. `optOutType` is set where Twilio's advanced opt-out is on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    from_: str = Field(alias="from", min_length=1)
    to: str = Field(min_length=1)
    body: str = ""
    opt_out_type: str | None = Field(default=None, pattern="^(STOP|START|HELP)$")
    messaging_service_sid: str | None = None


class InboundSide:
    """Receives messages, remembers STOP and START, and calls the inbound webhook."""

    def __init__(
        self,
        account: Account,
        *,
        messages: Messages,
        opt_outs: OptOuts,
        webhooks: Webhooks,
        public_url: str | None,
    ) -> None:
        self._account = account
        self._messages = messages
        self._opt_outs = opt_outs
        self._webhooks = webhooks
        self._public_url = public_url

    async def receive(self, request: web.Request) -> web.Response:
        """Answer at once with the message's SID; the webhook is called in the background."""
        try:
            inbound = Inbound.model_validate_json(await request.read())
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            return web.json_response({"error": problems}, status=400)
        if inbound.messaging_service_sid:
            self._opt_outs.learn_service(inbound.messaging_service_sid)
        service = inbound.messaging_service_sid or self._opt_outs.service_of(inbound.to)
        self._opt_outs.hear(inbound.to, inbound.from_, inbound.body, inbound.opt_out_type)
        now = time.time()
        message = StoredMessage(
            account_sid=self._account.sid,
            to=inbound.to,
            from_=inbound.from_,
            body=inbound.body,
            created=now,
            begins=now,
            steps=(Step(0, "received"),),
            messaging_service_sid=service,
            direction="inbound",
        )
        self._messages.add(message)
        if self._public_url is None:
            problem = "PARLEY_PUBLIC_URL is not set, so no webhook was called"
            return web.json_response({"messageSid": message.sid, "error": problem})
        form = inbound_form(message, inbound.to, inbound.opt_out_type)
        self._webhooks.call(f"{self._public_url}{INBOUND_PATH}", form)
        return web.json_response({"messageSid": message.sid})
