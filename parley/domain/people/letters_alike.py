"""Letters that look like a Latin one, for comparing names as people see them.

A choice from Unicode's list of confusables (UTS 39), which is a hundred times as long: Cyrillic,
Greek and Armenian letters, small capitals, strokes, and two digits. Capitals stand for themselves,
since some look like another letter than their small form: Greek eta, Cyrillic ve.
"""

from __future__ import annotations

from typing import Final

_TABLE = """
a 0410 0430 0391 03B1 1D00 0251
b 0412 0432 0392 03B2 042C 044C 0299
c 0421 0441 03F2 03C2 1D04
d 0500 0501 1D05 0110 0111
e 0415 0435 0395 03B5 1D07
f A730 03DD
g 050C 050D 0581 0261 0262
h 041D 043D 0397 04BA 04BB 0570 029C 0126 0127
j 0408 0458 03F3 1D0A 0237
k 041A 043A 039A 03BA 1D0B
l 0031 0049 0069 0406 0456 0399 03B9 0131 04C0 04CF 029F 026A 0141 0142 056C
m 041C 043C 039C 1D0D
n 039D 03B7 041F 043F 0578 057C 0274
o 0030 041E 043E 039F 03BF 03C3 0555 0585 1D0F 00D8 00F8
p 0420 0440 03A1 03C1 1D18
q 051A 051B 0566
r 0433 1D26 0280
s 0405 0455 054F A731
t 0422 0442 03A4 03C4 1D1B
u 0418 0438 03C5 054D 057D 1D1C 03BC
v 0474 0475 03BD 1D20
w 051C 051D 0428 0448 03C9 0461 1D21
x 0425 0445 03A7 03C7
y 0423 0443 03A5 03B3 04AE 04AF 028F
z 0396 1D22
"""
"""A Latin letter, then the code points of those that look like it."""

LETTERS_ALIKE: Final = {
    int(code, 16): latin
    for latin, *codes in (line.split() for line in _TABLE.split("\n") if line)
    for code in codes
}
"""For ``str.translate``."""

PAIRS_ALIKE: Final = (("rn", "m"), ("vv", "w"))
"""Pairs of letters that look like one."""
