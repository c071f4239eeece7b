"""Encode the port's queries as Firestore's ``StructuredQuery``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from parley.adapters.firestore.encoding import encode_path, encode_value
from parley.adapters.firestore.messages import query_types
from parley.store import Aggregation, FieldPath, Query, Sum, Value, Where
from parley.store.checks import NAME, check_document_path

Message = Any
"""A generated protobuf message; its classes carry no type information."""

_FILTER = query_types.StructuredQuery.FieldFilter.Operator
_UNARY = query_types.StructuredQuery.UnaryFilter.Operator
_DIRECTION = query_types.StructuredQuery.Direction
_AND: Final = int(query_types.StructuredQuery.CompositeFilter.Operator.AND)

_OPERATORS: Final = {
    "==": int(_FILTER.EQUAL),
    "!=": int(_FILTER.NOT_EQUAL),
    "<": int(_FILTER.LESS_THAN),
    "<=": int(_FILTER.LESS_THAN_OR_EQUAL),
    ">": int(_FILTER.GREATER_THAN),
    ">=": int(_FILTER.GREATER_THAN_OR_EQUAL),
    "in": int(_FILTER.IN),
    "not-in": int(_FILTER.NOT_IN),
    "array-contains": int(_FILTER.ARRAY_CONTAINS),
    "array-contains-any": int(_FILTER.ARRAY_CONTAINS_ANY),
}
# A field filter never matches null or NaN; they need filters of their own.
_NULL: Final = {"==": int(_UNARY.IS_NULL), "!=": int(_UNARY.IS_NOT_NULL)}
_NAN: Final = {"==": int(_UNARY.IS_NAN), "!=": int(_UNARY.IS_NOT_NAN)}


def parent_of(collection: str, documents: str) -> tuple[str, str]:
    """Return the full name of a collection's parent, and the collection's own id."""
    parent, _, collection_id = collection.rpartition("/")
    return (documents + parent).rstrip("/"), collection_id


def encode_query(query: Query, message: Message, documents: str) -> None:
    """Fill a ``StructuredQuery``; ``documents`` is ``projects/P/databases/D/documents/``."""
    source = message.from_.add()
    source.collection_id = query.collection.rpartition("/")[2]
    source.all_descendants = query.is_group
    if len(query.where) == 1:
        _encode_where(query.where[0], message.where, documents)
    elif query.where:
        composite = message.where.composite_filter
        composite.op = _AND
        for where in query.where:
            _encode_where(where, composite.filters.add(), documents)
    for order in query.order_by:
        added = message.order_by.add()
        added.field.field_path = _path(order.field)
        added.direction = int(_DIRECTION.DESCENDING if order.descending else _DIRECTION.ASCENDING)
    if query.start_after is not None:
        message.start_at.before = False
        for order, value in zip(query.order_by, query.start_after, strict=True):
            _encode_operand(order.field, value, message.start_at.values.add(), documents)
    if query.limit is not None:
        message.limit.value = query.limit
    if query.select is not None:
        # In Firestore, a projection on only the name means "no fields".
        for field in query.select or (NAME,):
            message.select.fields.add().field_path = _path(field)


def encode_aggregations(aggregations: Mapping[str, Aggregation], message: Message) -> None:
    """Fill the aggregations of a ``StructuredAggregationQuery``."""
    for name, aggregation in aggregations.items():
        added = message.aggregations.add()
        added.alias = name
        if isinstance(aggregation, Sum):
            added.sum.field.field_path = _path(aggregation.field)
        else:
            added.count.SetInParent()


def _encode_where(where: Where, message: Message, documents: str) -> None:
    value = where.value
    unary = None
    if value is None:
        unary = _NULL.get(where.operator)
    elif isinstance(value, float) and value != value:
        unary = _NAN.get(where.operator)
    if unary is not None:
        message.unary_filter.field.field_path = _path(where.field)
        message.unary_filter.op = unary
        return
    field_filter = message.field_filter
    field_filter.field.field_path = _path(where.field)
    field_filter.op = _OPERATORS[where.operator]
    _encode_operand(where.field, value, field_filter.value, documents)


def _encode_operand(field: FieldPath, value: Value, message: Message, documents: str) -> None:
    if not _is_name(field):
        names = (field,) if isinstance(field, str) else field
        encode_value(value, message, names)
    elif isinstance(value, list | tuple):
        for path in value:
            message.array_value.values.add().reference_value = documents + check_document_path(path)
    else:
        message.reference_value = documents + check_document_path(value)


def _path(field: FieldPath) -> str:
    return NAME if _is_name(field) else encode_path(field)


def _is_name(field: FieldPath) -> bool:
    return field in (NAME, (NAME,))
