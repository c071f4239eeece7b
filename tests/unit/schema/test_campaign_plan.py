from datetime import UTC, datetime

from schema.campaign_plan import Plan, plan_fields, plan_patch

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_plan_begins_without_cursor_or_time() -> None:
    plan = Plan.parse(plan_fields(at=AT))

    assert plan == Plan(state="planning", epoch=0, batch_count=0, audience_count=0)


def test_a_cursor_can_be_set_to_none_or_left_unchanged() -> None:
    assert plan_patch(cursor=None) == {"cursor": None}
    assert plan_patch(state="givenUp") == {"state": "givenUp"}
