"""Drain by Celery with kombu's gcpubsub: a worker of threads, acknowledged after the work.

`publish FIRST COUNT` sends tasks; without arguments it works.
"""

from __future__ import annotations

import json
import sys
from functools import cache

from celery import Celery

from bench.rivals.drain_work import PROJECT, blocking_work, published

app = Celery("bench", broker=f"gcpubsub://projects/{PROJECT}")
app.conf.update(task_acks_late=True, task_ignore_result=True, worker_hijack_root_logger=False)
work = cache(blocking_work)


@app.task(name="drain")  # type: ignore[untyped-decorator]  # untyped
def drain(chat_id: str, number: int) -> None:
    """Do the work of one message."""
    work()(json.dumps({"chatId": chat_id, "messageId": str(number)}).encode())


def main(arguments: list[str]) -> None:
    """Send, or work until the process is ended."""
    if arguments:
        first, count = map(int, arguments[1:])
        with published():
            for number in range(first, first + count):
                drain.delay(f"drain{number:015d}", number)
        return
    app.worker_main(["worker", "--pool=threads", "--concurrency=32", "--without-mingle"])


if __name__ == "__main__":
    main(sys.argv[1:])
