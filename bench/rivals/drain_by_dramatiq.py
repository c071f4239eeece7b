"""Drain by dramatiq with dramatiq-gcpubsub: its broker, its worker of eight threads.

`publish FIRST COUNT` enqueues messages of its own form; without arguments it works.
"""

from __future__ import annotations

import json
import sys
import threading

import dramatiq
from dramatiq_gcpubsub import PubSubBroker
from google.auth.credentials import AnonymousCredentials

from bench.rivals.drain_work import PROJECT, blocking_work, published

_OPTIONS = {"credentials": AnonymousCredentials()}  # type: ignore[no-untyped-call]  # untyped

broker = PubSubBroker(PROJECT, publisher_options=_OPTIONS, subscriber_options=_OPTIONS)
dramatiq.set_broker(broker)
work = blocking_work()


@dramatiq.actor  # type: ignore[untyped-decorator]  # untyped
def drain(chat_id: str, number: int) -> None:
    """Do the work of one message."""
    work(json.dumps({"chatId": chat_id, "messageId": str(number)}).encode())


def main(arguments: list[str]) -> None:
    """Enqueue, or work until the process is ended."""
    if arguments:
        first, count = map(int, arguments[1:])
        with published():
            for number in range(first, first + count):
                drain.send(f"drain{number:015d}", number)
        return
    dramatiq.Worker(broker).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
