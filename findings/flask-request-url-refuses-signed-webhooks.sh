#!/usr/bin/env bash
# flask 3.1.3 with werkzeug 3.1.9, and twilio 9.13.0 (PyPI)
#
# Twilio signs the URL of a webhook as it was registered. An app that gives `request.url` to the
# library's `RequestValidator` checks another text: Werkzeug makes it readable and decodes what needs
# no escape in an IRI. A callback with a colon, a quote, a non-ASCII letter or a URL of its own in it
# is then refused although Twilio signed it, and one with a plus or a blank is let in. So tests with
# plain ids pass. The raw path is in the server's environment only (RAW_URI here and in Gunicorn).
#
# Seen, for requests that Twilio's own code signed:
#   /status/job1, /status?to=%2B15005550006                        request.url accepted
#   /status/camp%3A7, /status?name=J%C3%B6rg, /status/o%27neil     request.url refused, raw accepted
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  flask==3.1.3 werkzeug==3.1.9 twilio==9.13.0

"$work/venv/bin/python" - 2> "$work/log" <<'PYTHON'
import http.client
import threading

from flask import Flask, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

app = Flask(__name__)
validator = RequestValidator("12345")
found = []


@app.post("/<path:path>")
def hook(path):
    signature = request.headers["X-Twilio-Signature"]
    raw = f"http://{request.host}{request.environ['RAW_URI']}"
    found.append([validator.validate(url, request.form, signature) for url in (request.url, raw)])
    return ""


server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"127.0.0.1:{server.server_port}"
plain = ["/status/job1", "/status?to=%2B15005550006"]
escaped = ["/status/camp%3A7", "/status?name=J%C3%B6rg", "/status/o%27neil"]
for target in plain + escaped:
    signed = validator.compute_signature(f"http://{address}{target}", {"Body": "Hi"})
    headers = {
        "X-Twilio-Signature": signed,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection(address)
    connection.request("POST", target, "Body=Hi", headers)
    connection.getresponse().read()
    print(f"{target}: request.url {found[-1][0]}, raw {found[-1][1]}")
    assert found[-1] == [target in plain, True], "changed"
server.shutdown()
PYTHON
