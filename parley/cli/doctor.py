"""``parley doctor``: check the machine and the settings, and say how to repair what is wrong."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from parley.adapters.credentials import NoCredentials
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import require_provisioned
from parley.adapters.smtp.mail_check import check_mail_server
from parley.adapters.twilio.account import missing_variables
from parley.adapters.twilio.account_check import check_account
from parley.cli.output import Failed
from parley.cli.target import Target
from parley.connect import build
from parley.errors import ParleyError, QueueMissing, QueueUnavailable
from parley.settings import Settings, SettingsError
from schema import paths, zones

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``way_out`` says how to repair a failure."""

    what: str
    is_well: bool
    found: str
    way_out: str = ""

    def row(self) -> dict[str, Any]:
        """Return the row of the table."""
        return {
            "": "ok" if self.is_well else "!!",
            "what": self.what,
            "found": self.found,
        }


async def examine(choose: Callable[[], Target]) -> list[Finding]:
    """Check the machine, the settings, and the servers that they point to."""
    findings = _check_tools()
    try:
        target = choose()
    except SettingsError as error:
        return [*findings, Finding("settings", False, str(error), "see .env.example")]
    except Failed as undecided:
        return [*findings, Finding("project", False, "not decided", str(undecided))]
    findings.append(Finding("project", True, str(target)))
    findings += check_webhooks(target.settings)
    try:
        return findings + await _check_servers(target.settings)
    except NoCredentials as error:
        return [*findings, Finding("credentials", False, error.found, error.way_out)]


def _check_tools() -> list[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    findings = [Finding("python", sys.version_info >= (3, 11), python, "3.11 or newer")]
    findings.append(_check_zones())
    npx = shutil.which("npx")
    findings.append(
        Finding("node", npx is not None, npx or "no npx", "" if npx else "install Node.js 20")
    )
    if importlib.util.find_spec("emulator") is None:
        return findings
    # Only a checkout has the local stack; this command also runs from a deployed package.
    from emulator import binaries, browser, java

    for what, find in (
        ("java", java.find_java),
        ("firestore emulator", binaries.find_firestore),
        ("pubsub emulator", binaries.find_pubsub),
    ):
        findings.append(_check_program(what, find))
    chromium = _check_program("browser", browser.find_browser)
    if not chromium.is_well:
        chromium = Finding("browser", True, "none; only `make test-browser` needs one")
    return [*findings, chromium]


def check_webhooks(settings: Settings) -> list[Finding]:
    """Check that Twilio can reach the webhooks, if SMS are sent by it."""
    if settings.twilio_account_sid is None:
        return []
    url = settings.public_url
    if url is None:
        way_out = "set PARLEY_PUBLIC_URL to the address of Firebase Hosting"
        found = "TWILIO_ACCOUNT_SID is set, PARLEY_PUBLIC_URL is not: Twilio can report nothing"
        return [Finding("webhooks", False, found, way_out)]
    is_local = settings.twilio_url is not None
    is_well = is_local or url.startswith("https://")
    return [
        Finding("webhooks", is_well, url, "the calls hold phone numbers: use an https:// address")
    ]


def _check_zones() -> Finding:
    found = f"rules of {zones.version()} (package tzdata)"
    is_current = zones.version() >= zones.REQUIRED
    return Finding("time zones", is_current, found, f"{zones.REQUIRED} or newer: `make install`")


def _check_program(what: str, find: Callable[[], Any]) -> Finding:
    try:
        found = find()
    except Exception as error:
        return Finding(what, False, "not found", str(error))
    return Finding(what, True, f"{found.path} ({found.why})")


async def _check_servers(settings: Settings) -> list[Finding]:
    findings = []
    async with build(settings) as app:

        async def read_store() -> str:
            await app.store.get_many([paths.service("default")])
            return settings.firestore_emulator_host or "Firestore"

        way_out = (
            "is the stack up? `make up`"
            if settings.firestore_emulator_host
            else "create the database in the Firebase console, and give these credentials the role "
            "roles/datastore.user"
        )
        findings.append(await _check_server("firestore", read_store, way_out))
    findings.append(await check_queues(settings))
    if settings.fcm_url is not None:
        findings.append(
            await _check_server(
                "fcm stand-in", lambda: _get(f"{settings.fcm_url}/_/faults"), "`make up`"
            )
        )
    return [*findings, await check_twilio(settings), await check_mail(settings)]


async def check_queues(settings: Settings) -> Finding:
    """Check that Pub/Sub answers, and that it has every topic and subscription."""
    host = settings.pubsub_emulator_host
    channel = PubSubChannel(settings.project_id, emulator_host=host)

    async def look() -> str:
        await require_provisioned(channel)
        return host or "Pub/Sub"

    try:
        return Finding("pubsub", True, await asyncio.wait_for(look(), _SECONDS))
    except QueueMissing as missing:
        return Finding("pubsub", False, str(missing), "`parley provision` creates them")
    except (QueueUnavailable, TimeoutError) as error:
        way_out = (
            "is the stack up? `make up`"
            if host
            else "turn the Pub/Sub API on, and give these credentials the role "
            "roles/pubsub.editor (roles/pubsub.viewer is enough for this check)"
        )
        return Finding("pubsub", False, _words(error), way_out)
    finally:
        await channel.close()


async def check_mail(settings: Settings) -> Finding:
    """Check that the mail server takes a connection and the login; a project may do without."""
    if settings.smtp_url is None:
        return Finding("mail", True, "not used: PARLEY_SMTP_URL is not set, so emails are refused")
    url = settings.smtp_url.get_secret_value()
    way_out = "correct PARLEY_SMTP_URL; user and password are percent-encoded"
    return await _check_server("mail", lambda: check_mail_server(url), way_out)


async def check_twilio(settings: Settings) -> Finding:
    """Check the account that SMS are sent from; a project may do without one."""
    missing = missing_variables(settings)
    if missing is None:
        way_out = "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        return await _check_server("twilio", lambda: check_account(settings), way_out)
    is_unused = settings.twilio_account_sid is None and settings.twilio_auth_token is None
    if is_unused:
        return Finding("twilio", True, f"not used: {missing} are not set, so SMS are refused")
    return Finding("twilio", False, f"{missing} is not set", "set both variables, or none")


async def _check_server(what: str, ask: Callable[[], Awaitable[str]], way_out: str) -> Finding:
    try:
        return Finding(what, True, await asyncio.wait_for(ask(), _SECONDS))
    except (ParleyError, TimeoutError, OSError, aiohttp.ClientError) as error:
        return Finding(what, False, _words(error), way_out)


def _words(error: Exception) -> str:
    message = str(error) or f"no answer within {_SECONDS:g} s"
    return message.splitlines()[0]


async def _get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        answer.raise_for_status()
        return url
