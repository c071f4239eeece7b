import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ROOT / "functions"

DISCOVERY = """
import json, sys
sys.path.insert(0, sys.argv[1])
import main, parley, schema
from runtime import runtime
print(json.dumps({
    "functions": sorted(n for n in vars(main) if hasattr(vars(main)[n], "__firebase_endpoint__")),
    "entry_points": sorted(f.__firebase_endpoint__.entryPoint for f in main.FUNCTIONS.values()),
    "regions": sorted({str(vars(main)[n].__firebase_endpoint__.region) for n in main.FUNCTIONS}),
    "triggers": {
        n: vars(main)[n].__firebase_endpoint__.eventTrigger["eventFilterPathPatterns"]["document"]
        for n in main.FUNCTIONS if vars(main)[n].__firebase_endpoint__.eventTrigger
    },
    "secrets": {
        n: [one["key"] for one in vars(main)[n].__firebase_endpoint__.secretEnvironmentVariables]
        for n in main.FUNCTIONS if vars(main)[n].__firebase_endpoint__.secretEnvironmentVariables
    },
    "files": [parley.__file__, schema.__file__],
    "built": runtime.is_built,
}))
"""


@pytest.fixture(scope="module")
def discovered() -> dict[str, object]:
    """What Firebase sees: a process elsewhere, with no settings and only functions/ told."""
    ended = subprocess.run(
        [sys.executable, "-c", DISCOVERY, str(FUNCTIONS)],
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, object] = json.loads(ended.stdout)
    return told


def test_firebase_discovers_every_function_without_settings(discovered: dict[str, object]) -> None:
    assert discovered["functions"] == [
        "acceptInvite",
        "addMembers",
        "banUser",
        "campaignsOf",
        "cancelBulkJob",
        "createGroupChat",
        "declineInvite",
        "devicesOf",
        "explainRecipient",
        "exportCampaign",
        "findCases",
        "getHealth",
        "importPeople",
        "leaveChat",
        "on_block_written",
        "on_campaign_written",
        "on_email_written",
        "on_mass_message_written",
        "on_message_changed",
        "on_message_queued",
        "on_push_tokens_written",
        "on_sms_written",
        "on_user_written",
        "openCaseChat",
        "openDirectChat",
        "previewCampaign",
        "reconcile",
        "redriveDeadLetters",
        "removeMember",
        "reportMessage",
        "resolveReport",
        "retryFailed",
        "sendTest",
        "setRole",
        "twilioInbound",
        "twilioStatus",
        "unbanUser",
        "undoBulkJob",
        "updateCase",
        "updateCases",
        "updateChat",
        "updateConsent",
        "updateService",
        "updateServiceUser",
    ]
    assert discovered["entry_points"] == discovered["functions"]
    assert discovered["regions"] == ["['us-central1']"]


def test_each_rewrite_of_hosting_leads_to_a_function_where_it_runs(
    discovered: dict[str, Any],
) -> None:
    rewrites = json.loads((ROOT / "firebase.json").read_text())["hosting"]["rewrites"]
    led_to = [rewrite["function"] for rewrite in rewrites if "function" in rewrite]

    assert len(led_to) == 2
    assert {one["functionId"] for one in led_to} <= set(discovered["functions"])
    assert {str([one["region"]]) for one in led_to} == set(discovered["regions"])


def test_the_pages_call_the_functions_where_they_run(discovered: dict[str, Any]) -> None:
    source = (ROOT / "web" / "screen" / "src" / "data.ts").read_text(encoding="utf-8")
    region = re.findall(r"^const REGION = '([\w-]+)';$", source, re.MULTILINE)

    assert [str([one]) for one in region] == discovered["regions"]


def test_triggers_cover_only_inboxes_own_records_and_changed_messages(
    discovered: dict[str, object],
) -> None:
    assert discovered["triggers"] == {
        "on_block_written": "userBlocks/{uid}/blocked/{otherUid}",
        "on_campaign_written": "campaignQueue/{campaignId}",
        "on_email_written": "emailNotifications/{jobId}",
        "on_mass_message_written": "campaignMessageQueue/{jobId}",
        "on_message_changed": "chatMessages/{chatId}/messages/{messageId}",
        "on_message_queued": "messageQueue/{queueId}",
        "on_push_tokens_written": "userPushTokens/{uid}",
        "on_sms_written": "nonChatSMSQueue/{jobId}",
        "on_user_written": "users/{uid}",
    }


def test_the_webhooks_alone_get_the_token_of_twilio(discovered: dict[str, object]) -> None:
    assert discovered["secrets"] == {
        "twilioInbound": ["TWILIO_AUTH_TOKEN"],
        "twilioStatus": ["TWILIO_AUTH_TOKEN"],
    }


def test_discovery_connects_to_nothing(discovered: dict[str, object]) -> None:
    assert discovered["built"] is False


def test_shared_code_is_imported_through_the_links(discovered: dict[str, object]) -> None:
    assert discovered["files"] == [
        str(FUNCTIONS / "parley" / "__init__.py"),
        str(FUNCTIONS / "schema" / "__init__.py"),
    ]


@pytest.mark.parametrize("name", ["parley", "schema"])
def test_the_links_are_relative(name: str) -> None:
    assert (FUNCTIONS / name).readlink() == Path("..") / name
