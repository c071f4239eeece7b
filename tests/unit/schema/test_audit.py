from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from schema.audit import AuditEntry, audit_fields

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_an_audit_entry_has_the_values_before_and_after() -> None:
    fields = audit_fields(
        action="closed", by="service:shop", at=AT, before="open", after={"state": "closed"}
    )

    assert AuditEntry.parse(fields).fields() == fields
    assert AuditEntry.parse(fields | {"target": "bob", "by": "system"}).target == "bob"


@pytest.mark.parametrize("wrong", [{"by": "a:b"}, {"at": "now"}, {"action": None}], ids=str)
def test_an_audit_entry_names_who_and_when(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AuditEntry.parse(audit_fields(action="closed", by="ann", at=AT) | wrong)
