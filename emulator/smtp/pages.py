"""The web side for people: a list of the emails, and each one's text, HTML and files."""

import html
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web

from emulator.journal import Entry, Journal

_SHOWN_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3em .6em;"
    "border-bottom:1px solid #ddd;vertical-align:top}pre{white-space:pre-wrap;background:#f6f6f6;"
    "padding:1em}iframe{width:100%;height:30em;border:1px solid #ddd}"
)
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""For the HTML of an email: it loads nothing and runs nothing."""


class Pages:
    """Serves `/` and `/{n}` from the journal; emails are counted from 1."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.list), web.get(r"/{number:\d+}", self.show)]

    async def list(self, request: web.Request) -> web.Response:
        rows = []
        entries = self._journal.entries()
        for number, entry in reversed(list(enumerate(entries, 1))):
            sent = json.loads(entry.request)
            subject = _parse(sent["data"]).get("Subject", "") if sent["data"] else "(refused)"
            rows.append(
                f'<tr><td><a href="/{number}">{number}</a></td><td>{_escaped(_time(entry))}</td>'
                f"<td>{_escaped(sent['from'])}</td><td>{_escaped(', '.join(sent['to']))}</td>"
                f"<td>{_escaped(subject)}</td><td>{entry.status}</td></tr>"
            )
        head = "<tr><th></th><th>time</th><th>from</th><th>to</th><th>subject</th><th></th></tr>"
        table = f"<table>{head}{''.join(rows)}</table>" if rows else "<p>No email yet.</p>"
        return _page("Emails", table)

    async def show(self, request: web.Request) -> web.Response:
        number, entries = int(request.match_info["number"]), self._journal.entries()
        if not 1 <= number <= len(entries):
            raise web.HTTPNotFound(text=f"there is no email {number}")
        entry = entries[number - 1]
        sent = json.loads(entry.request)
        mail = _parse(sent["data"])
        rows = [("handed over for", ", ".join(sent["to"])), ("reply", json.loads(entry.response))]
        rows += [(name, str(mail[name])) for name in _SHOWN_HEADERS if name in mail]
        rows += [("file", _describe(part)) for part in mail.iter_attachments()]
        cells = "".join(
            f"<tr><th>{_escaped(name)}</th><td>{_escaped(value)}</td></tr>" for name, value in rows
        )
        body = f'<p><a href="/">all emails</a></p><table>{cells}</table>'
        plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
        if plain is not None:
            body += f"<h2>Text</h2><pre>{_escaped(plain.get_content())}</pre>"
        if rich is not None:
            guarded = (
                f'<meta http-equiv="Content-Security-Policy" content="{_MAIL_POLICY}">'
                + rich.get_content()
            )
            body += f'<h2>HTML</h2><iframe sandbox srcdoc="{_escaped(guarded)}"></iframe>'
        if sent["data"]:
            body += f"<h2>Data</h2><pre>{_escaped(sent['data'])}</pre>"
        return _page(str(mail.get("Subject", f"Email {number}")), body)


def _parse(data: str) -> EmailMessage:
    parsed = message_from_bytes(data.encode("utf-8", "replace"), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _describe(part: Any) -> str:
    content = part.get_payload(decode=True) or b""
    return f"{part.get_filename()} ({part.get_content_type()}, {len(content)} bytes)"


def _time(entry: Entry) -> str:
    return str(json.loads(entry.to_json())["at"])


def _escaped(value: object) -> str:
    return html.escape(str(value))


def _page(title: str, body: str) -> web.Response:
    head = f"<!doctype html><meta charset=utf-8><title>{_escaped(title)}</title>"
    text = f"{head}<style>{_STYLE}</style><h1>{_escaped(title)}</h1>{body}"
    return web.Response(
        text=text,
        content_type="text/html",
        headers={"Content-Security-Policy": _PAGE_POLICY, "X-Content-Type-Options": "nosniff"},
    )
