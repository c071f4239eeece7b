"""SMS jobs on the local stack: document, trigger, queue, worker, Twilio's stand-in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import paths
from schema.sms import SmsDelivery

SECONDS = 120.0


async def settled(app: App, path: str) -> SmsDelivery:
    """The answer to a job, once it has ended."""
    end = app.clock.now() + timedelta(seconds=SECONDS)
    while True:
        (found,) = await app.store.get_many([path])
        assert found is not None
        delivery: dict[str, Any] = found.fields.get("delivery") or {}
        if delivery.get("state") in ("SUCCESS", "ERROR"):
            return SmsDelivery.parse(delivery)
        assert app.clock.now() < end, f"{path} has not ended: {delivery}"
        await asyncio.sleep(0.2)


async def test_staff_send_sms_and_learn_what_became_of_them(stack: Stack) -> None:
    async with build(Settings.from_environment(stack.environment)) as app:
        service_id = f"texts-{app.new_ids.new_id()}"
        job = {
            "serviceId": service_id,
            "createdBy": "sam",
            "createdAt": SERVER_TIME,
            "body": "Your parcel comes today",
            "purpose": "transactional",
        }
        good, bad = (paths.non_chat_sms(app.new_ids.new_id()) for _ in range(2))
        await app.store.commit(
            [
                Set(paths.service(service_id), {"name": "Shop", "kind": "dashboard"}),
                Set(paths.staff(service_id, "sam"), {"role": "agent", "displayName": "Sam"}),
                Set(good, job | {"to": {"phone": "+12025550123"}}),
                Set(bad, job | {"to": {"phone": "+448451234567"}}),
            ]
        )
        sent, refused = await settled(app, good), await settled(app, bad)
    assert (sent.state, sent.attempts, sent.error) == ("SUCCESS", 1, None)
    assert sent.info is not None
    assert (sent.info.to, sent.info.from_) == ("+12025550123", "+12025550100")
    assert sent.info.message_sid is not None
    assert (refused.error or "").startswith("invalidPhone: to.phone: '+448451234567' is a number")
