#!/usr/bin/env bash
# aiosmtplib 5.1.3 and aiosmtpd 1.4.6 (PyPI), CPython 3.11
#
# Python's email package turns a word that does not fit into a line of 78 characters into encoded
# words, although it is ASCII and a line may have 998. In a link or an id nobody decodes them: mail
# programs show no button for a List-Unsubscribe with a usual token, and an answer is not put into its
# thread. The way out is a policy with `max_line_length=998`. But `send_message` of aiosmtplib writes
# every EmailMessage by `policy.SMTP` and not by its own, so the way out is closed there.
#
# Seen on the wire, for List-Unsubscribe and In-Reply-To:
#   send_message                           =?utf-8?q?=3C...
#   send_message, max_line_length=998      =?utf-8?q?=3C...
#   sendmail of its as_bytes()             <https://shop.example/unsubscribe/...>
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aiosmtplib==5.1.3 aiosmtpd==1.4.6

"$work/venv/bin/python" - <<'PYTHON'
import asyncio
from email import policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP as Server
from aiosmtplib import SMTP

TOKEN = "0123456789abcdef" * 4
HEADERS = {
    "List-Unsubscribe": f"<https://shop.example/unsubscribe/{TOKEN}>",
    "In-Reply-To": f"<{TOKEN}@mail.shop.example>",
}
received = []


class Keep:
    async def handle_DATA(self, server, session, envelope):
        received.append(envelope.content.decode())
        return "250 OK"


def made(rules):
    message = EmailMessage(policy=rules)
    message["From"], message["To"] = "news@shop.example", "ann@a.example"
    for name, value in HEADERS.items():
        message[name] = value
    message.set_content("Hi\n")
    return message


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(Keep(), loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    long = made(policy.SMTP.clone(max_line_length=998))
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.send_message(made(policy.SMTP))
        await client.send_message(long)
        await client.sendmail("news@shop.example", ["ann@a.example"], long.as_bytes())
    server.close()


asyncio.run(main())
ways = ("send_message", "send_message, max_line_length=998", "sendmail of its as_bytes()")
for way, content in zip(ways, received, strict=True):
    for name, value in HEADERS.items():
        (line,) = [one for one in content.splitlines() if one.startswith(f"{name}:")]
        print(f"{way}: {line}")
        given = value if way.startswith("sendmail ") else "=?utf-8?q?=3C"
        assert line.startswith(f"{name}: {given}"), "changed"
PYTHON
