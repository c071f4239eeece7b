"""``parley campaign preview``, ``explain``, ``export`` and ``retry-failed``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from parley.app import App
from parley.cli.campaign_commands import read_job
from parley.cli.output import Failed, opened, show_json, show_table
from parley.domain.access import SYSTEM
from parley.domain.campaign_requests import (
    ExplainRecipient,
    ExportCampaign,
    PreviewCampaign,
    RetryFailed,
)
from parley.domain.campaigns.result_rows import to_csv
from schema.base import Model, present
from schema.explain import explain as explain_error

M = TypeVar("M", bound=Model)


async def preview(app: App, *, file: Path, uids: Sequence[str], as_json: bool) -> None:
    """Print what the campaign of a file would do."""
    request = _request(PreviewCampaign, job=read_job(file), user_ids=list(uids) or None)
    shown = await app.preview_campaigns.preview(caller=SYSTEM, request=request)
    if as_json:
        show_json(shown)
        return
    firestore = shown["firestore"]
    excluded = " ".join(f"{reason}={count}" for reason, count in shown["excluded"].items())
    lines = {
        "audience": shown["audienceCount"],
        "will get it": shown["willSend"],
        "held": shown.get("held", 0),
        "excluded": excluded,
        "takes": f"{shown['durationSeconds']:g} s",
        "Firestore": f"{firestore['reads']} reads, {firestore['writes']} writes, "
        f"{firestore['deletes']} deletes, about ${firestore['price']:.4f}",
    }
    if "sms" in shown:
        sms = shown["sms"]
        price = f", ${sms['price']:.2f}" if "price" in sms else ""
        lines["SMS"] = f"{sms['messages']} messages, {sms['segments']} segments{price}"
    show_table([{"what": what, "": value} for what, value in lines.items()])
    for sample in shown["samples"]:
        title = f"{sample['title']}: " if "title" in sample else ""
        text = sample.get("text", "") if "channel" in sample else f"nothing: {sample['reason']}"
        print(f"\n{sample['userId']}: {title}{text}")
    for warning in shown["warnings"]:
        print(f"\nwarning: {warning}")


async def explain(app: App, *, campaign_id: str, uid: str, as_json: bool) -> None:
    """Print what became of one person of a campaign, or would."""
    request = _request(ExplainRecipient, campaign_id=campaign_id, user_id=uid)
    told = await app.explain_recipients.explain(caller=SYSTEM, request=request)
    if as_json:
        show_json(told)
        return
    print(told["text"])
    if told["attempts"]:
        print()
        show_table(
            [
                {name: attempt.get(name) for name in ("at", "channel", "result", "providerId")}
                for attempt in told["attempts"]
            ]
        )
    print()
    show_table(
        [
            {"check": one["check"], "ok": "yes" if one["ok"] else "no", "detail": one["detail"]}
            for one in told["checks"]
        ]
    )


async def export(app: App, *, campaign_id: str, output: Path | None, as_json: bool) -> None:
    """Write everybody's result page by page, as CSV or as one JSON list."""
    cursor: str | None = None
    is_first = True
    with opened(output) as out:
        while True:
            request = _request(ExportCampaign, campaign_id=campaign_id, cursor=cursor)
            page = await app.export_results.export(caller=SYSTEM, request=request)
            if as_json:
                for row in page.rows:
                    out.write("[\n" if is_first else ",\n")
                    out.write(json.dumps(row, ensure_ascii=False))
                    is_first = False
            else:
                out.write(to_csv(page.rows, has_header=page.is_first))
            cursor = page.next_cursor
            if cursor is None:
                break
        if as_json:
            out.write("[]\n" if is_first else "\n]\n")


async def retry_failed(app: App, *, campaign_id: str, as_json: bool) -> None:
    """Give everybody who failed another attempt and print how many they are."""
    request = _request(RetryFailed, campaign_id=campaign_id)
    retried = await app.retry_failed.retry(caller=SYSTEM, request=request)
    if as_json:
        show_json({"retried": retried.people, **present(waiting=retried.waiting or None)})
        return
    people = "1 person gets" if retried.people == 1 else f"{retried.people} people get"
    print(f"{people} another attempt")
    if retried.waiting:
        wait = "1 waits" if retried.waiting == 1 else f"{retried.waiting} wait"
        print(f"{wait} for open pushes of their batches; call again in a minute")


def _request(model: type[M], **fields: Any) -> M:
    try:
        return model.model_validate(present(**fields))
    except ValidationError as error:
        raise Failed(explain_error(error, with_values=True)) from error
