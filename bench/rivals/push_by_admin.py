"""`python -m bench.rivals.push_by_admin each|each_async COUNT`: push by firebase-admin as it comes.

500 messages a call, the most that it takes. It retries 503 and not 429, and says which tokens are
dead; forgetting them, and sending later what was postponed, is left to its caller.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import firebase_admin
from firebase_admin import credentials, messaging
from google.auth.credentials import AnonymousCredentials

from bench.rivals.pushes import BODY, TITLE, WARM_UP, data, tag, timed, token

_A_CALL = 500

Send = Callable[[Sequence[Any]], Awaitable[Any]]


class _NoCredential(credentials.Base):  # type: ignore[misc]  # firebase-admin has no types
    """For a stand-in, which needs no token."""

    def get_credential(self) -> Any:
        untyped: Any = AnonymousCredentials
        return untyped()


async def _each(messages: Sequence[Any]) -> Any:
    return messaging.send_each(messages)


async def _each_async(messages: Sequence[Any]) -> Any:
    return await messaging.send_each_async(messages)


WAYS: dict[str, Send] = {"each": _each, "each_async": _each_async}


def _message(number: int) -> Any:
    return messaging.Message(
        token=token(number),
        notification=messaging.Notification(TITLE, BODY),
        data=data(number),
        android=messaging.AndroidConfig(
            priority="high",
            notification=messaging.AndroidNotification(tag=tag(number), sound="default"),
        ),
    )


async def main(way: str, count: int) -> None:
    """Push to so many tokens, and print what it took."""
    service: Any = vars(messaging)["_MessagingService"]
    service.FCM_URL = f"{os.environ['PARLEY_FCM_URL']}/v1/projects/{{0}}/messages:send"
    project = os.environ["GOOGLE_CLOUD_PROJECT"]
    firebase_admin.initialize_app(_NoCredential(), {"projectId": project})
    send = WAYS[way]
    await send([_message(count + number) for number in range(WARM_UP)])
    accepted: list[int] = []
    with timed(count, accepted):
        for first in range(0, count, _A_CALL):
            numbers = range(first, min(count, first + _A_CALL))
            accepted.append((await send([_message(one) for one in numbers])).success_count)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
