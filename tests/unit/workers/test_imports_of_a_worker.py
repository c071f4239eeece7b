"""What a worker loads before its first message: nothing that only some processes need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

CONNECTED = """
import asyncio, json, sys
import workers.__main__
from parley.connect import build
from parley.settings import Settings

async def connect():
    async with build(Settings.from_environment({
        "GCLOUD_PROJECT": "demo-parley",
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
        "PARLEY_FCM_URL": "http://127.0.0.1:1",
    })):
        pass

asyncio.run(connect())
print(json.dumps(sorted(sys.modules)))
"""


GOOGLE_CLIENTS = {
    "google.api_core",
    "google.cloud.firestore_v1",
    "google.cloud.firestore_v1.services",
    "google.pubsub_v1",
    "google.pubsub_v1.services",
    "requests",
}


def test_a_worker_without_sms_files_or_health_loads_no_library_for_them_and_no_clients() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CONNECTED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(ran.stdout))
    packages = {name.split(".")[0] for name in loaded}

    assert "grpc" in packages
    assert packages.isdisjoint({"aiohttp", "phonenumbers", "pyreqwest", "twilio"})
    assert loaded.isdisjoint(GOOGLE_CLIENTS)
