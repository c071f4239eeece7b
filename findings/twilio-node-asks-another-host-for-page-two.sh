#!/usr/bin/env bash
# twilio 6.3.1 (npm) beside twilio 9.13.0 (PyPI)
#
# A server that speaks Twilio's API gives the address of the next page in its answer. The library for
# Node takes a host apart as product, edge, region and domain, and puts it together again, although no
# edge or region is set. A host of two names is doubled, and one of six loses a name, so the second
# page and its credentials go to another host. The library for Python asks the address it was given.
#
# Seen, for the host of next_page_url:
#   chat.example                  Node asks chat.example.chat.example
#   a.b.c.api.chat.example        Node asks a.b.c.chat.example
#   api.chat.example              as given
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check twilio==9.13.0
echo '{ "private": true, "type": "module", "dependencies": { "twilio": "6.3.1" } }' > package.json
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import twilio from 'twilio';

for (const host of process.argv.slice(2)) {
  const asked = [];
  const httpClient = {
    async request({ uri }) {
      asked.push(new URL(uri).host);
      const next_page_url = asked.length === 1 ? `https://${host}/v1/Conversations?Page=1` : null;
      const body = JSON.stringify({ conversations: [{ sid: 'CH' }], meta: { key: 'conversations', next_page_url } });
      return { statusCode: 200, body };
    },
  };
  const client = twilio('AC0123456789abcdef0123456789abcdef', 'token', { httpClient });
  await client.conversations.v1.conversations.list();
  console.log(asked[1]);
}
JS
cat > look.py <<'PYTHON'
import json
import sys
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client


class Notes(TwilioHttpClient):
    def __init__(self, host):
        super().__init__()
        self.host, self.asked = host, []

    def request(self, method, uri, **rest):
        self.asked.append(urlsplit(uri).netloc)
        next_page = f"https://{self.host}/v1/Conversations?Page=1" if len(self.asked) == 1 else None
        meta = {"key": "conversations", "next_page_url": next_page}
        return Response(200, json.dumps({"conversations": [{"sid": "CH"}], "meta": meta}))


for host in sys.argv[1:]:
    notes = Notes(host)
    client = Client("AC0123456789abcdef0123456789abcdef", "token", http_client=notes)
    client.conversations.v1.conversations.list()
    print(notes.asked[1])
PYTHON
hosts=(chat.example a.b.c.api.chat.example api.chat.example)
node="$(node look.js "${hosts[@]}" | xargs)"
python="$(venv/bin/python look.py "${hosts[@]}" | xargs)"
printf 'given:  %s\nNode:   %s\nPython: %s\n' "${hosts[*]}" "$node" "$python"
[ "$node" = "chat.example.chat.example a.b.c.chat.example api.chat.example" ] &&
  [ "$python" = "${hosts[*]}" ] || { echo "changed"; exit 1; }
