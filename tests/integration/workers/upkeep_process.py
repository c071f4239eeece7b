"""A process with one periodic task, which notes each pass in a file.

`python -m tests.integration.workers.upkeep_process FILE NAME`: each line is the name, the fencing
token and the number of the pass. Passes follow each other within milliseconds, and each waits for
the store in between, so a process that is stopped is stopped in the middle of one.
"""

import asyncio
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.system import SystemClock
from parley.services.upkeep.hold_lease import HoldLease
from parley.services.upkeep.run_upkeep import PeriodicTask, RunUpkeep
from parley.settings import Settings
from parley.structured_logging import configure
from schema import paths


async def main(diary: Path, name: str) -> None:
    settings = Settings.from_environment(os.environ)
    configure("DEBUG")
    clock = SystemClock()
    host = settings.firestore_emulator_host
    async with FirestoreStore.connect(settings.project_id, emulator_host=host) as store:
        lease = HoldLease(store=store, clock=clock, randomness=random.Random(), process=name)

        async def note_pass(now: datetime) -> int:
            for number in range(100):
                with diary.open("a") as file:
                    file.write(f"{name} {lease.token} {number}\n")
                await store.get_many([paths.service("default")])
            return 1

        await RunUpkeep(
            tasks=[PeriodicTask("notePass", timedelta(milliseconds=1), note_pass)],
            lease=lease,
            clock=clock,
            randomness=random.Random(),
        ).run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
