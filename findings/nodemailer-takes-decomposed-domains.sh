#!/usr/bin/env bash
# nodemailer 8.0.11 (npm) and Node's own URL, beside idna 3.20 and aiosmtplib 5.1.3 (PyPI)
#
# One address, two domains. A name copied from a file or a PDF of a Mac often has its umlauts as a
# letter and a mark. Nodemailer puts the two into punycode as they are: the message goes to a domain
# that is not the one shown, and that anybody may register. Browsers, and IDNA by UTS 46, compose them
# first. aiosmtplib has no rule of its own: it hands the domain over as it is and asks for SMTPUTF8.
#
# Seen, for bücher.example with a decomposed ü:
#   Nodemailer's envelope            xn--bucher-xyd.example
#   new URL(), and idna by UTS 46    xn--bcher-kva.example
#   aiosmtplib                       refuses it where a server lacks SMTPUTF8
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  aiosmtplib==5.1.3 aiosmtpd==1.4.6 idna==3.20
echo '{ "private": true, "type": "module", "dependencies": { "nodemailer": "8.0.11" } }' > package.json
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import nodemailer from 'nodemailer';

const transport = nodemailer.createTransport({ streamTransport: true });
const seen = [];
for (const domain of ['b\u00fccher.example', 'bu\u0308cher.example']) {
  const { envelope } = await transport.sendMail({ from: 'us@shop.example', to: `ann@${domain}`, text: 'Hi' });
  seen.push([envelope.to[0].split('@')[1], new URL(`https://${domain}`).hostname]);
}
console.log(JSON.stringify(seen));
const right = 'xn--bcher-kva.example';
assert.deepEqual(seen, [[right, right], ['xn--bucher-xyd.example', right]], 'changed');
JS
node look.js
cat > look.py <<'PYTHON'
import asyncio
import unicodedata
from email.message import EmailMessage

import idna
from aiosmtpd.smtp import SMTP as Server
from aiosmtplib import SMTP, SMTPNotSupported

DOMAIN = unicodedata.normalize("NFD", "b\u00fccher.example")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(object(), loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    message = EmailMessage()
    message["From"], message["To"] = "us@shop.example", f"ann@{DOMAIN}"
    message.set_content("Hi\n")
    try:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            await client.send_message(message)
    except SMTPNotSupported as error:
        return str(error)
    finally:
        server.close()
    return "sent"


told = asyncio.run(main())
mapped = idna.encode(DOMAIN, uts46=True).decode()
print("idna", mapped, "- aiosmtplib:", told)
assert mapped == "xn--bcher-kva.example", "changed"
assert "SMTPUTF8" in told, "changed"
PYTHON
venv/bin/python look.py
