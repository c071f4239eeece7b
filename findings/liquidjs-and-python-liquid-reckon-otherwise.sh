#!/usr/bin/env bash
# liquidjs 10.30.1 (npm) beside python-liquid 2.3.6 (PyPI)
#
# One template, written for both: a preview or a canned text in the browser, the message in Python.
# LiquidJS divides whole numbers as JavaScript does, so the usual way from cents to an amount shows
# the cents twice. It multiplies binary fractions, where Python has decimals. In comparisons null is
# zero to it: a person of unknown age is below 18. python-liquid in turn rounds halves to the even
# number, which nobody does with money, and shows a whole decimal with its zero. The templates of the
# two are valid, and neither raises anything.
#
# Seen, for cents 1999, price 19.99, half 2.5, whole 3.0 and an age of null:
#                                                               LiquidJS               python-liquid
#   {{ cents | divided_by: 100 }}.{{ cents | modulo: 100 }}     19.99.99               19.99
#   {{ price | times: 100 }}                                    1998.9999999999998     1999.0
#   {% if age < 18 %}minor{% else %}adult{% endif %}            minor                  adult
#   {{ half | round }}                                          3                      2
#   {{ whole }}                                                 3                      3.0
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-liquid==2.3.6
echo '{ "private": true, "type": "module", "dependencies": { "liquidjs": "10.30.1" } }' > package.json
npm install --silent --no-audit --no-fund
cat > cases.json <<'JSON'
{ "templates": [
    "{{ cents | divided_by: 100 }}.{{ cents | modulo: 100 }}",
    "{{ price | times: 100 }}",
    "{% if age < 18 %}minor{% else %}adult{% endif %}",
    "{{ half | round }}",
    "{{ whole }}" ],
  "data": { "cents": 1999, "price": 19.99, "half": 2.5, "whole": 3.0, "age": null } }
JSON
cat > look.js <<'JS'
import { readFileSync } from 'node:fs';
import { Liquid } from 'liquidjs';

const { templates, data } = JSON.parse(readFileSync('cases.json', 'utf8'));
const liquid = new Liquid();
console.log(JSON.stringify(templates.map((each) => liquid.parseAndRenderSync(each, data))));
JS
node look.js > browser.json
venv/bin/python - <<'PYTHON'
import json

from liquid import Environment

cases, browser = (json.load(open(name)) for name in ("cases.json", "browser.json"))
env = Environment()
server = [env.from_string(each).render(**cases["data"]) for each in cases["templates"]]
for template, *both in zip(cases["templates"], browser, server, strict=True):
    print(template, "LiquidJS", both[0], "python-liquid", both[1])
assert browser == ["19.99.99", "1998.9999999999998", "minor", "3", "3"], "changed"
assert server == ["19.99", "1999.0", "adult", "2", "3.0"], "changed"
PYTHON
