"""The indexes that are deployed, for stores in memory that refuse what Firestore would refuse."""

from pathlib import Path

from parley.testing.firestore_indexes import Indexes

INDEX_FILE = Path(__file__).resolve().parents[1] / "rules" / "firestore.indexes.json"
INDEXES = Indexes.read(INDEX_FILE)
