"""What the process of a function imports: what it does, and not the rest of Parley."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"

CALLED = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
import main
assert sys.argv[2] in vars(main)
from runtime import runtime

async def wire(app):
    for service in sys.argv[3:]:
        getattr(app, service)

runtime.run(wire)
print(json.dumps(sorted(sys.modules)))
"""

BUDGETS = ("bans", "call_budgets")
"""What every callable asks."""

TEMPLATES = "liquid"
NUMBERS = "phonenumbers"
CAMPAIGNS = "parley.services.campaigns"
UPKEEP = "parley.services.upkeep"
SMS = "parley.services.delivery.sms_jobs"


def loaded(function: str, *services: str) -> set[str]:
    """Return the modules of a process that wired what its calls ask for."""
    ran = subprocess.run(
        [sys.executable, "-c", CALLED, str(FUNCTIONS), function, *services],
        cwd="/",
        env={
            "PATH": os.environ["PATH"],
            "FUNCTION_TARGET": function,
            "GCLOUD_PROJECT": "demo-parley",
            "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
            "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
            "PARLEY_FCM_URL": "http://127.0.0.1:1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout))


def unneeded(modules: set[str], *packages: str) -> set[str]:
    starts = tuple(f"{package}." for package in packages)
    return {name for name in modules if name in packages or name.startswith(starts)}


@pytest.mark.parametrize(
    ("function", "services", "packages"),
    [
        (
            "on_message_queued",
            ("publisher",),
            (TEMPLATES, NUMBERS, "twilio", "parley.services", "callables", "webhooks"),
        ),
        (
            "on_user_written",
            ("mirror_user",),
            (TEMPLATES, NUMBERS, "twilio", CAMPAIGNS, UPKEEP, "parley.services.chats", "callables"),
        ),
        (
            "openDirectChat",
            (*BUDGETS, "open_chats"),
            (TEMPLATES, "twilio", CAMPAIGNS, UPKEEP, SMS, "triggers", "webhooks"),
        ),
        (
            "updateCase",
            (*BUDGETS, "update_chats"),
            (TEMPLATES, "twilio", CAMPAIGNS, UPKEEP, SMS, "triggers", "webhooks"),
        ),
        (
            "twilioInbound",
            ("receive_sms",),
            (TEMPLATES, CAMPAIGNS, UPKEEP, "callables", "triggers"),
        ),
    ],
)
def test_a_function_loads_what_it_does_and_no_more(
    function: str, services: tuple[str, ...], packages: tuple[str, ...]
) -> None:
    modules = loaded(function, *services)

    assert "parley.adapters.firestore.store" in modules
    assert unneeded(modules, *packages) == set()


def test_a_preview_loads_the_template_engine() -> None:
    modules = loaded("previewCampaign", *BUDGETS, "preview_campaigns")

    assert unneeded(modules, TEMPLATES, CAMPAIGNS)
