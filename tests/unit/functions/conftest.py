"""Firebase puts functions/ on the path and loads its files by their names; so do these tests."""

import sys
from pathlib import Path

FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"

# Last: the packages that functions/ links to are found at the root, and exist once.
sys.path.append(str(FUNCTIONS))
