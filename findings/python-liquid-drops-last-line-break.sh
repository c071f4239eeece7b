#!/usr/bin/env bash
# python-liquid 2.3.6 (PyPI), CPython 3.11
#
# White space control trims next to the tag that has the dash. python-liquid also drops the line
# break at the end of the template when the last tag has a dash on its right, however much text
# stands between the two. Its lexer ends a piece of content before a last line break (`$` in a
# pattern without re.MULTILINE), and trims the piece that is left, which is that line break.
#
# Seen:
#   '{{ name -}} and more\n'        gives 'Annand more'     (Ruby's Liquid 5.13.0: 'Annand more\n')
#   '{{ name -}} and\nmore\n'       gives 'Annand\nmore'    (Ruby: 'Annand\nmore\n')
#   '{{ name -}} and more\nlast'    gives 'Annand more\nlast', as Ruby does
#
# A text that is put together from rendered pieces loses its line breaks.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-liquid==2.3.6

"$work/venv/bin/python" - <<'PYTHON'
from liquid import Environment

environment = Environment()
seen = {
    "{{ name -}} and more\n": "Annand more",
    "{{ name -}} and\nmore\n": "Annand\nmore",
    "{{ name -}} and more\nlast": "Annand more\nlast",
}
for template, expected in seen.items():
    text = environment.from_string(template).render(name="Ann")
    print(f"{template!r} gives {text!r}")
    assert text == expected, f"changed: expected {expected!r}"
PYTHON
