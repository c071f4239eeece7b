import pytest
from pydantic import ValidationError
from triggers.messages import message_queued

from schema import ids
from schema.events import MessageQueued


def test_a_messages_payload_comes_from_its_fields_since_its_id_holds_more_colons_than_two() -> None:
    chat_id = ids.case_chat_id("ann", "acme")
    fields: dict[str, object] = {"chatId": chat_id, "messageId": "m1", "senderId": "ann"}
    assert message_queued(fields) == MessageQueued(chat_id=chat_id, message_id="m1")


@pytest.mark.parametrize(
    "fields", [{}, {"chatId": "c"}, {"messageId": "m"}, {"chatId": "", "messageId": "m"}]
)
def test_an_outbox_document_that_names_no_message_is_an_error(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        message_queued(fields)
