"""`python -m emulator.storage [--port N]`: serve the stand-in until it is stopped."""

import argparse
import os

from aiohttp import web

from emulator.ports import HOST, PROJECT, Ports
from emulator.storage.server import StorageStandIn
from emulator.storage.verdicts import Verdicts


def main() -> None:
    """Serve on the contract's port, moved by `PARLEY_PORT_OFFSET`, or on the given one."""
    ports = Ports.from_environment()
    parser = argparse.ArgumentParser(prog="python -m emulator.storage", description=__doc__)
    parser.add_argument("--port", type=int, default=ports.storage)
    port = parser.parse_args().port
    firestore = os.environ.get("FIRESTORE_EMULATOR_HOST") or f"{HOST}:{ports.firestore}"
    verdicts = Verdicts(firestore, os.environ.get("GCLOUD_PROJECT") or PROJECT)
    web.run_app(StorageStandIn(verdicts).application(), host=HOST, port=port, access_log=None)


if __name__ == "__main__":
    main()
