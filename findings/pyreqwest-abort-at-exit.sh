#!/usr/bin/env bash
# pyreqwest 0.15.1 (PyPI), CPython 3.11
#
# A process that ends right after a request, or right after `await client.close()`, may be aborted
# by its own interpreter: the thread of pyreqwest still holds a Python thread state while the
# interpreter is torn down. The more a process has to do between the two, the rarer it is. Forgetting
# the client closes its connections as well, and wakes no thread at the end.
#
# Seen, of 40 processes on two cores with a load of 25:
#   close, then the end:             7 aborted, "PyGILState_Release: thread state must be current"
#   the end right after a request:   7 aborted
#   a request, 50 ms, the end:       1 aborted
set -euo pipefail

work="$(mktemp -d)"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyreqwest==0.15.1

cat > "$work/end.py" <<'PYTHON'
import asyncio
import sys

from pyreqwest.client import ClientBuilder


async def main(url, way):
    client = ClientBuilder().no_proxy().build()
    for _ in range(5):
        await asyncio.gather(*(client.get(url).build().send() for _ in range(4)))
    if way == "close":
        await client.close()
    if way == "later":
        await asyncio.sleep(0.05)


asyncio.run(main(*sys.argv[1:]))
PYTHON

(cd "$work" && exec python3 -u -m http.server --bind 127.0.0.1 0 > port 2> log) &
trap 'kill %1' EXIT
until grep -q port "$work/port" 2> /dev/null; do :; done
url="$(grep -o 'http://[0-9.:]*/' "$work/port")"

# Several at once, as on a busy machine.
for way in close request later; do
  seq 40 | xargs -P 8 -I{} bash -c \
    '"$1" "$2" "$3" "$4" 2>/dev/null; [ $? -ne 134 ] || echo aborted' _ "$work/venv/bin/python" "$work/end.py" "$url" "$way" \
    2>/dev/null > "$work/$way" || true
  echo "after $way: $(wc -l < "$work/$way") of 40 aborted"
done
