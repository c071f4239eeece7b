"""`python -m workers QUEUE...`: one worker process for the named queues, or for `all`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.bootstrap import build
from parley.queues import Queue
from parley.settings import Settings, SettingsError
from parley.structured_logging import configure
from schema.events import QueueName
from workers.handlers import HANDLERS
from workers.process import run_process
from workers.runner import Pace, Runner

ALL = "all"


def parse(arguments: Sequence[str]) -> list[QueueName]:
    """The queues that are asked for, each once; ends the process with an error that names all."""
    there = ", ".join(HANDLERS)
    parser = argparse.ArgumentParser(
        prog="python -m workers",
        description="Work on queues until told to stop (SIGTERM), then drain.",
        epilog=f"The queues: {there}.",
    )
    parser.add_argument("queues", metavar="QUEUE", nargs="+", help=f"a queue's name, or {ALL}")
    asked = parser.parse_args(arguments).queues
    if unknown := [name for name in asked if name != ALL and name not in HANDLERS]:
        parser.error(f"no worker for {', '.join(unknown)}; there are: {there}, and {ALL}")
    if ALL in asked:
        return list(HANDLERS)
    return [QueueName(name) for name in dict.fromkeys(asked)]


async def work(queues: Sequence[QueueName], settings: Settings) -> None:
    """Work on these queues until a signal says to stop."""
    async with build(settings) as app:
        channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)

        async def make(queue: Queue) -> None:
            await provision(channel, [queue.name])

        runners = [
            Runner(
                HANDLERS[queue](app),
                subscriber=app.subscriber,
                store=app.store,
                pace=Pace(drain=settings.drain_seconds, stall=settings.stall_seconds),
                # An emulator forgets its queues when it restarts. In production a worker has no
                # business with settings: it waits for whoever provisions.
                repair=make if channel.is_emulator else None,
                waiting=app.waiting_work.seconds,
            )
            for queue in queues
        ]
        await run_process(
            runners,
            background=app.background_tasks(queues),
            health_port=settings.health_port,
            loop_blocked_seconds=settings.loop_blocked_seconds,
        )
        await channel.close()


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 after a drain, 2 for wrong arguments or settings, 1 if a worker broke."""
    queues = parse(arguments)
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    configure(settings.log_level)
    asyncio.run(work(queues, settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
