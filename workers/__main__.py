"""`python -m workers QUEUE...`: run one worker process for the named queues, or for `all`.

`chat` and `campaigns` name the two halves of `all`. A campaign at full speed takes a whole core, so
each half has a process of its own, and the campaigns' one gives way.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from parley.adapters.credentials import NoCredentials
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.connect import build
from parley.queues import QUEUES
from parley.settings import Settings, SettingsError
from parley.structured_logging import configure
from schema.events import QueueName
from workers.handlers import HANDLERS
from workers.runtime.precedence import Precedence
from workers.runtime.process import run_process
from workers.runtime.quarantine import Quarantine
from workers.runtime.runner import Runner
from workers.runtime.timing import Timing

ALL = "all"
CAMPAIGNS = frozenset(queue for queue in HANDLERS if QUEUES[queue].gives_way)
"""The queues whose work goes to many people at once."""

GROUPS = {
    ALL: tuple(HANDLERS),
    "chat": tuple(queue for queue in HANDLERS if queue not in CAMPAIGNS),
    "campaigns": tuple(queue for queue in HANDLERS if queue in CAMPAIGNS),
}
NICENESS = 10
"""What a process for campaigns alone adds to its own: beside others on a machine it waits for them,
and with a machine of its own it loses nothing."""


def parse_arguments(arguments: Sequence[str]) -> list[QueueName]:
    """Return the named queues, each once; exit with an error that lists all unknown ones."""
    known = ", ".join(HANDLERS)
    parser = argparse.ArgumentParser(
        prog="python -m workers",
        description="Serve queues until told to stop (SIGTERM), then drain.",
        epilog=f"The queues: {known}.",
    )
    groups = ", ".join(GROUPS)
    parser.add_argument("queues", metavar="QUEUE", nargs="+", help=f"a queue's name, or {groups}")
    names = parser.parse_args(arguments).queues
    if unknown := [name for name in names if name not in GROUPS and name not in HANDLERS]:
        parser.error(f"no worker for {', '.join(unknown)}; there are: {known}, and {groups}")
    named = [queue for name in names for queue in GROUPS.get(name) or (QueueName(name),)]
    return list(dict.fromkeys(named))


async def serve(queues: Sequence[QueueName], settings: Settings) -> None:
    """Serve these queues until a signal tells to stop."""
    async with build(settings) as app:
        channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)

        quarantine = Quarantine(asyncio.get_running_loop().time)
        precedence = Precedence(asyncio.get_running_loop().time)
        runners = [
            Runner(
                HANDLERS[queue](app),
                subscriber=app.subscriber,
                store=app.store,
                timing=Timing(
                    drain_timeout=settings.drain_seconds, stall_timeout=settings.stall_seconds
                ),
                # An emulator forgets its queues when it restarts. In production a worker waits
                # until the queue is provisioned.
                repair=(
                    (lambda queue: provision(channel, [queue.name]))
                    if channel.is_emulator
                    else None
                ),
                waiting_time=app.waiting_work.seconds,
                quarantine=quarantine,
                precedence=precedence,
            )
            for queue in queues
        ]
        await run_process(
            runners,
            background=app.background_tasks(),
            health_port=settings.health_port,
            loop_blocked_seconds=settings.loop_blocked_seconds,
        )
        await channel.close()


def main(arguments: Sequence[str]) -> int:
    """Return 0 after a drain, 2 for wrong settings or no credentials; raise if a runner broke."""
    queues = parse_arguments(arguments)
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    configure(settings.log_level)
    if CAMPAIGNS.issuperset(queues):
        os.nice(NICENESS)
    try:
        asyncio.run(serve(queues, settings))
    except (NoCredentials, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # All work is handed back by now. A thread of the HTTP client in Rust may abort an interpreter
    # that is torn down, so it is not (findings/pyreqwest-abort-at-exit.sh).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
