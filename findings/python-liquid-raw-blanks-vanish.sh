#!/usr/bin/env bash
# python-liquid 2.3.6 (PyPI), CPython 3.11
#
# A control block that holds nothing but white space shows nothing: that is Liquid. What stands
# between `raw` and `endraw`, or a `break`, makes it more than white space for Ruby's Liquid, and
# not for python-liquid: it drops the blanks that somebody marked as verbatim.
#
# Seen:
#   '[{% if true %}{% raw %} {% endraw %}{% endif %}]'   gives '[]'     (Ruby's 5.13.0: '[ ]')
#   '[{% if true %}{% raw %} x {% endraw %}{% endif %}]' gives '[ x ]', as Ruby does
#   '[{% for i in (1..2) %} {% if i > 2 %}{% break %}{% endif %}{% endfor %}]'
#                                                        gives '[]'     (Ruby: '[  ]')
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-liquid==2.3.6

"$work/venv/bin/python" - <<'PYTHON'
from liquid import Environment

environment = Environment()
seen = {
    "[{% if true %}{% raw %} {% endraw %}{% endif %}]": "[]",
    "[{% if true %}{% raw %} x {% endraw %}{% endif %}]": "[ x ]",
    "[{% for i in (1..2) %} {% if i > 2 %}{% break %}{% endif %}{% endfor %}]": "[]",
}
for template, expected in seen.items():
    text = environment.from_string(template).render()
    print(f"{template!r} gives {text!r}")
    assert text == expected, f"changed: expected {expected!r}"
PYTHON
