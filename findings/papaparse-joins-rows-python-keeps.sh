#!/usr/bin/env bash
# papaparse 5.7.1 (npm) beside Python 3.11's csv
#
# A page that shows a CSV file before a server reads it may show other rows than the server finds.
# Papa Parse takes the first line break of a file for that of all its lines: a header that a program
# put before a file from elsewhere joins the rows behind it, without an error. A letter behind a
# closing quote joins all that follows into one cell, up to the end of the file. Python's csv reads
# the rows. Blanks behind a closing quote belong to the cell in Python, and are lost in Papa Parse.
#
# Seen:
#   header with CR LF, three rows with LF:   1 row without an error, Python 3 rows
#   '"Ann" Lee' among three rows:            1 row with errors, Python 3 rows
#   '"Ann" ,1':                              'Ann', Python 'Ann '
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module", "dependencies": { "papaparse": "5.7.1" } }' > package.json
npm install --silent --no-audit --no-fund
cat > texts.json <<'JSON'
{ "line breaks": "name,no\r\nAnn,1\nBob,2\nEve,3\n",
  "quote": "name,no\n\"Ann\"Lee,1\nBob,2\nEve,3\n",
  "blank": "name,no\n\"Ann\" ,1\n" }
JSON
cat > papa.js <<'JS'
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';

const read = {};
for (const [name, text] of Object.entries(JSON.parse(readFileSync('texts.json', 'utf8')))) {
  const { data, errors } = Papa.parse(text, { skipEmptyLines: true });
  read[name] = { rows: data.slice(1), errors: errors.length };
}
console.log(JSON.stringify(read));
JS
node papa.js > papa.json
python3 - <<'PYTHON'
import csv
import io
import json

texts, papa = (json.load(open(name)) for name in ("texts.json", "papa.json"))
python = {name: list(csv.reader(io.StringIO(text, newline="")))[1:] for name, text in texts.items()}
for name in texts:
    print(f"{name}: Papa Parse {papa[name]}, Python {python[name]}")
counts = [(len(papa[name]["rows"]), papa[name]["errors"] > 0, len(python[name])) for name in texts]
assert counts == [(1, False, 3), (1, True, 3), (1, False, 1)], "changed"
assert (papa["blank"]["rows"][0][0], python["blank"][0][0]) == ("Ann", "Ann "), "changed"
PYTHON
