#!/usr/bin/env bash
# nodemailer 8.0.11 (npm) beside aiosmtplib 5.1.3 with Python 3.11's email (PyPI)
#
# The same text in `to` goes to other people. People separate addresses by semicolons, as Outlook
# does, and write "Lee, Ann" before one. Nodemailer reads both as they are meant. Python's headers
# drop what follows a semicolon, so the second person gets nothing and no error is raised; a comma in
# a name makes a recipient of the first half, whom the server refuses or delivers to a local account.
#
# Seen in RCPT TO:
#   'ann@a.example; bob@b.example'    Nodemailer: both. aiosmtplib: ann@a.example alone
#   'Lee, Ann <ann@a.example>'        Nodemailer: ann@a.example. aiosmtplib: Lee, and ann@a.example
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aiosmtplib==5.1.3 aiosmtpd==1.4.6
echo '{ "private": true, "type": "module", "dependencies": { "nodemailer": "8.0.11" } }' > package.json
npm install --silent --no-audit --no-fund
cat > send.js <<'JS'
import nodemailer from 'nodemailer';

const [, , port, ...texts] = process.argv;
const transport = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
for (const to of texts) await transport.sendMail({ from: 'us@shop.example', to, text: 'Hi' });
JS
cat > look.py <<'PYTHON'
import asyncio
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP as Server
from aiosmtplib import SMTP

TEXTS = ["ann@a.example; bob@b.example", "Lee, Ann <ann@a.example>"]
received = []


class Keep:
    async def handle_DATA(self, server, session, envelope):
        received.append(envelope.rcpt_tos)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(Keep(), loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    node = await asyncio.create_subprocess_exec("node", "send.js", str(port), *TEXTS)
    assert await node.wait() == 0
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for text in TEXTS:
            message = EmailMessage()
            message["From"], message["To"] = "us@shop.example", text
            message.set_content("Hi\n")
            await client.send_message(message)
    server.close()


asyncio.run(main())
for text, by_node, by_python in zip(TEXTS, received[:2], received[2:], strict=True):
    print(f"{text!r}: Nodemailer {by_node}, aiosmtplib {by_python}")
assert received[:2] == [["ann@a.example", "bob@b.example"], ["ann@a.example"]], "changed"
assert received[2:] == [["ann@a.example"], ["Lee", "ann@a.example"]], "changed"
PYTHON
venv/bin/python look.py
