"""Drain by unary pulls by hand: 1,000 a pull, all at once in the event loop, one acknowledgement.

The calls use the library's generated protobuf classes alone, so this is the least that a pull can
cost in Python. It extends no lease and retries nothing.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.pubsub_v1.types import pubsub as types

from bench.rivals.drain_work import PROJECT, SUBSCRIPTION, awaited_work

_SUBSCRIBER = "/google.pubsub.v1.Subscriber/"
_NAME = f"projects/{PROJECT}/subscriptions/{SUBSCRIPTION}"
_AT_ONCE = 256
"""Messages in work at once, as many as Parley has lanes."""

_PullRequest: Any = types.PullRequest.pb()
_PullResponse: Any = types.PullResponse.pb()
_AcknowledgeRequest: Any = types.AcknowledgeRequest.pb()


async def main() -> None:
    """Drain until the process is ended."""
    options = [("grpc.max_receive_message_length", -1)]
    work, room = awaited_work(), asyncio.Semaphore(_AT_ONCE)

    async def one(data: bytes) -> None:
        async with room:
            await work(data)

    async with grpc.aio.insecure_channel(os.environ["PUBSUB_EMULATOR_HOST"], options) as channel:
        pull: Any = channel.unary_unary(
            f"{_SUBSCRIBER}Pull", _PullRequest.SerializeToString, _PullResponse.FromString
        )
        acknowledge: Any = channel.unary_unary(
            f"{_SUBSCRIBER}Acknowledge",
            _AcknowledgeRequest.SerializeToString,
            empty_pb2.Empty.FromString,
        )
        while True:
            try:
                answer = await pull(_PullRequest(subscription=_NAME, max_messages=1_000), timeout=5)
            except grpc.aio.AioRpcError as error:
                if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                    continue
                raise
            received = answer.received_messages
            await asyncio.gather(*(one(message.message.data) for message in received))
            ack_ids = [message.ack_id for message in received]
            if ack_ids:
                await acknowledge(_AcknowledgeRequest(subscription=_NAME, ack_ids=ack_ids))


if __name__ == "__main__":
    asyncio.run(main())
