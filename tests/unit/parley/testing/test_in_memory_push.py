from parley.domain.delivery.push import Device, Notification, PushFate
from parley.testing.in_memory_push import RecordingPushSender


def to(token: str) -> Notification:
    device = Device("ann", "phone", token, "fcmToken")
    return Notification(device, "title", "body", {}, "tag", "thread")


async def test_each_token_gets_its_fates_in_turn_and_keeps_the_last() -> None:
    sender = RecordingPushSender()
    sender.give("busy", PushFate.RETRY, PushFate.ACCEPTED, retry_after=2.0)
    sender.give("dead", PushFate.DEAD_TOKEN)
    first = await sender.send([to("busy"), to("dead"), to("fine")])
    second = await sender.send([to("busy"), to("dead")])
    assert [one.fate for one in first] == [PushFate.RETRY, PushFate.DEAD_TOKEN, PushFate.ACCEPTED]
    assert [one.fate for one in second] == [PushFate.ACCEPTED, PushFate.DEAD_TOKEN]
    assert first[0].retry_after == 2.0
    assert len(sender.sent_to("busy")) == 2
