"""The commands of ``parley``. Each returns its exit status."""

from __future__ import annotations

import sys
from dataclasses import asdict

from parley.adapters.credentials import require_credentials
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision as provision_queues
from parley.cli.accounts import TOKEN_SECONDS, AuthEmulator, custom_token, require_emulator
from parley.cli.doctor import examine
from parley.cli.invocation import Invocation
from parley.cli.names import require_name
from parley.cli.output import show_json, show_progress, show_table
from parley.cli.seed import seed as write_people
from parley.cli.target import AUTH, FIRESTORE, PUBSUB
from parley.connect import build
from parley.domain.upkeep.age_windows import WEEK_SECONDS


async def doctor(invocation: Invocation) -> int:
    findings = await examine(lambda: invocation.choose(FIRESTORE, PUBSUB))
    problems = [finding for finding in findings if not finding.is_well]
    if invocation.as_json:
        show_json([asdict(finding) for finding in findings])
    else:
        show_table([finding.row() for finding in findings])
        for finding in problems:
            print(f"\n{finding.what}: {finding.way_out}")
    return 1 if problems else 0


async def provision(invocation: Invocation) -> int:
    settings = await invocation.connect(PUBSUB)
    if settings.pubsub_emulator_host is None:
        require_credentials()
    channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
    try:
        done = await provision_queues(channel)
    finally:
        await channel.close()
    rows = [
        {
            "resource": f"{one.kind} {one.name}",
            "outcome": one.outcome,
            "fields": " ".join(one.fields),
        }
        for one in done
    ]
    show_json(rows) if invocation.as_json else show_table(rows)
    return 1 if any(one.outcome == "drifted" for one in done) else 0


async def seed(
    invocation: Invocation, *, users: int, service: str, prefix: str, sign_ins: bool
) -> int:
    needs = [FIRESTORE, PUBSUB]
    if sign_ins:
        # Refuse a real project before any call reaches it.
        require_emulator(invocation.choose(*needs).settings, "sign-ins")
        needs.append(AUTH)
    async with build(await invocation.connect(*needs)) as app:
        with show_progress("people") as show:
            seeded = await write_people(
                app,
                service_id=service,
                users=users,
                prefix=prefix,
                sign_ins=sign_ins,
                on_progress=show,
            )
    rows = [sign_in.row() for sign_in in seeded.sign_ins]
    if invocation.as_json:
        show_json({"documents": seeded.documents, **({"signIns": rows} if rows else {})})
        return 0
    print(f"{seeded.documents} documents written into service {service}")
    if rows:
        show_table(rows)
    return 0


async def token(invocation: Invocation, *, uid: str, custom: bool) -> int:
    require_name("UID", uid)
    address = require_emulator(invocation.choose(FIRESTORE).settings, "test tokens")
    settings = await invocation.connect(FIRESTORE, AUTH)
    if custom:
        value, is_new = custom_token(uid), False
    else:
        async with AuthEmulator.connect(address, settings.project_id) as accounts:
            value, is_new = await accounts.id_token(uid)
    if is_new:
        print(f"parley: created an account for {uid}", file=sys.stderr)
    if invocation.as_json:
        kind = "custom" if custom else "id"
        show_json({"uid": uid, "kind": kind, "token": value, "expiresInSeconds": TOKEN_SECONDS})
    else:
        print(value)
    return 0


async def sweep(invocation: Invocation) -> int:
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        count = await app.upkeep(reach_seconds=WEEK_SECONDS).run_once()
        count += await app.sweep_push_tokens().sweep_all()
    if invocation.as_json:
        show_json({"putBack": count})
    else:
        print(f"repaired: {count} messages, campaigns, cases, people and devices")
    return 0
