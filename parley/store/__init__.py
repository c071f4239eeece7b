"""The store port: Firestore-shaped, small and deep.

Repositories and services are written once on it. Import its names from here; the modules below
say what they mean.
"""

from parley.store.port import Store
from parley.store.queries import Aggregation, Count, Operator, OrderBy, Query, Sum, Where
from parley.store.values import (
    DELETE_FIELD,
    SERVER_TIME,
    ArrayRemove,
    ArrayUnion,
    DeleteField,
    FieldPath,
    Increment,
    Overlay,
    ServerTime,
    Snapshot,
    Transform,
    Value,
)
from parley.store.writes import (
    MUST_EXIST,
    MUST_NOT_EXIST,
    Changes,
    CommitResult,
    Delete,
    Exists,
    Merge,
    Precondition,
    Set,
    Update,
    UpdatedAt,
    Write,
)

__all__ = [
    "DELETE_FIELD",
    "MUST_EXIST",
    "MUST_NOT_EXIST",
    "SERVER_TIME",
    "Aggregation",
    "ArrayRemove",
    "ArrayUnion",
    "Changes",
    "CommitResult",
    "Count",
    "Delete",
    "DeleteField",
    "Exists",
    "FieldPath",
    "Increment",
    "Merge",
    "Operator",
    "OrderBy",
    "Overlay",
    "Precondition",
    "Query",
    "ServerTime",
    "Set",
    "Snapshot",
    "Store",
    "Sum",
    "Transform",
    "Update",
    "UpdatedAt",
    "Value",
    "Where",
    "Write",
]
