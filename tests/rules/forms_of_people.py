"""What people write: themselves, their chats and devices. Limits are spelled as the contract has
them, not taken from `schema`, so that the two check each other.
"""

from google.cloud import firestore

from schema import paths
from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast
from tests.rules.form import BLANK, FUTURE, NAMED, ODD, PAST, Form, at
from tests.rules.photo_urls import NO_PHOTOS, PHOTOS

MESSAGE = "m1"
LONG_LOCALE = "de-abcdefgh-abcdefgh-abcdefgh-abcde"
"""35 characters."""


def attachment() -> Document:
    return {"path": "chats/a/b.png", "contentType": "image/png", "size": 7, "name": "b.png"}


def message(sender: str, **more: object) -> Document:
    return {"senderId": sender, "body": "Hello", "createdAt": NOW, **more}


def queued(chat_id: str, message_id: str, sender: str) -> Document:
    return {
        "chatId": chat_id,
        "messageId": message_id,
        "senderId": sender,
        "createdAt": NOW,
        "shard": 7,
    }


def post(
    client: firestore.Client,
    chat_id: str,
    document: Document,
    message_id: str = MESSAGE,
    job: Document | None = None,
) -> None:
    """A message and its queue document, as every client writes them."""
    if job is None:
        job = queued(chat_id, message_id, document.get("senderId", ""))
    batch = client.batch()
    batch.set(client.document(paths.message(chat_id, message_id)), document)
    batch.set(client.document(paths.message_queue(chat_id, message_id)), job)
    batch.commit()


def direct_chat(creator: str) -> Document:
    return {"serviceId": "default", "kind": "direct", "createdBy": creator, "createdAt": NOW}


def joined() -> Document:
    return {"role": "member", "joinedAt": NOW}


def open_direct(client: firestore.Client, chat_id: str, chat: Document, *members: Document) -> None:
    """A direct chat with its two members, in one batch."""
    batch = client.batch()
    batch.set(client.document(paths.chat(chat_id)), chat)
    for uid, member in zip(chat_id.split(":"), members, strict=True):
        batch.set(client.document(paths.chat_member(chat_id, uid)), member)
    batch.commit()


def device() -> Document:
    return {
        "token": "t",
        "kind": "fcmToken",
        "platform": "ios",
        "locale": "pt-BR",
        "updatedAt": NOW,
    }


def full_message(cast: Cast) -> Document:
    return message(
        cast.alice,
        attachments=[attachment() for _ in range(10)],
        replyTo="m0",
        mentions=[cast.bob, cast.carol],
        attributes='{"a": 1}',
    )


FORMS = [
    Form(
        "user",
        "alice",
        lambda cast: {
            "displayName": "Alice",
            "phone": "+4915112345678",
            "email": "alice@example.com",
            "locale": "de-DE",
            "timeZone": "Europe/Berlin",
            "createdAt": NOW,
            "lastSeenAt": NOW,
            "whoMayAddMe": "nobody",
        },
        at(lambda cast: paths.user(cast.alice)),
        frozenset({"phone", "email", "locale", "timeZone", "lastSeenAt", "whoMayAddMe"}),
        {
            "displayName": ["x", "x" * 100, *NAMED],
            "phone": ["+12", "+" + "1" * 15],
            "email": ["a@b", "a" * 318 + "@b"],
            "locale": ["a", "abcdefgh", "de-a", LONG_LOCALE],
            "timeZone": ["x", "x" * 64],
            "whoMayAddMe": ["everyone", "contacts", "nobody"],
        },
        {
            "displayName": ["x" * 101, "\U0001f600" * 51, *BLANK, *ODD],
            "phone": ["015112345678", "+0151", "+1", "+" + "1" * 16, "+49 151", "+1\n"],
            "email": ["alice", "a b@c", "a@b@c", "a" * 319 + "@b"],
            "locale": ["de_DE", "de-", "-de", "abcdefghi", "de-abcdefghi", f"{LONG_LOCALE}x"],
            "timeZone": ["x" * 65],
            "serviceIds": [["default"]],
            "provenPhone": ["+4915112345678"],
            "deletedAt": [NOW, None],
        },
        kept=True,
    ),
    Form(
        "profile",
        "alice",
        lambda cast: {"displayName": "Alice", "photoUrl": "https://x/y.png", "lastSeenAt": NOW},
        at(lambda cast: paths.profile(cast.alice)),
        frozenset({"photoUrl", "lastSeenAt"}),
        {
            "displayName": ["x" * 100, *NAMED],
            "photoUrl": PHOTOS,
        },
        {
            "displayName": ["x" * 101, *BLANK, *ODD],
            "photoUrl": NO_PHOTOS,
            "phone": ["+4915112345678"],
        },
    ),
    Form(
        "block",
        "alice",
        lambda cast: {"createdAt": NOW},
        at(lambda cast: paths.user_block(cast.alice, cast.bob)),
    ),
    Form(
        "direct chat",
        "alice",
        lambda cast: direct_chat(cast.alice),
        lambda client, cast, chat: open_direct(client, cast.new_chat, chat, joined(), joined()),
        wrong={
            "serviceId": ["acme"],
            "kind": ["group", "case"],
            "createdBy": ["bob"],
            "memberCount": [2],
            "lastMessage": [{"preview": "x"}],
            "title": ["x"],
        },
        kept=True,
    ),
    Form(
        "member of a new direct chat",
        "alice",
        lambda cast: joined(),
        lambda client, cast, member: open_direct(
            client, cast.new_chat, direct_chat(cast.alice), joined(), member
        ),
        wrong={"role": ["owner", "admin"], "canPost": [True], "mutedUntil": [FUTURE]},
        kept=True,
    ),
    Form(
        "message",
        "alice",
        full_message,
        lambda client, cast, document: post(client, cast.direct, document),
        frozenset({"body", "attachments", "replyTo", "mentions", "attributes"}),
        {
            "body": ["x", "x" * 10_000, "\U0001f600" * 5_000, *(f"{blank}x" for blank in BLANK)],
            "attachments": [[attachment()] * count for count in range(1, 11)],
            "attachments.0.path": ["x", "x" * 512, "\U0001f600" * 512],
            "attachments.0.contentType": ["x", "x" * 128],
            "attachments.0.name": ["x", "x" * 256, "\u200f\u05e9\u05dc\u05d5\u05dd.pdf"],
            "attachments.0.size": [0],
            "replyTo": ["x", "x" * 256],
            "mentions": [
                [],
                ["x"],
                ["x"] * 50,
                ["n" * 128] * 2,
                ["a b"],
                ["service", "__x__", ".."],
            ],
            "attributes": ["", "x" * 4_096],
        },
        {
            "senderId": ["bob", "system", "service:acme"],
            "staffId": ["alice"],
            "body": ["x" * 10_001, "\U0001f600" * 5_001, *BLANK, " " * 10_000],
            "attachments": [
                [attachment() for _ in range(11)],
                [attachment(), "x"],
                [None],
                *([attachment()] * count + [{**attachment(), "more": 1}] for count in range(10)),
            ],
            **{f"attachments.{nth}": [{**attachment(), "size": "7"}] for nth in range(9)},
            "attachments.9": [{**attachment(), "size": "7"}, {**attachment(), "more": 1}, None],
            "attachments.0.path": ["x" * 513, "a\nb"],
            "attachments.0.contentType": ["x" * 129],
            "attachments.0.name": ["x" * 257, *ODD],
            "replyTo": ["a/b", "x" * 257],
            "mentions": [
                ["x"] * 51,
                [7],
                ["a", None],
                [""],
                ["a", ""],
                ["", "a"],
                ["a", "", "b"],
                ["a:b"],
                ["a/b"],
                ["n" * 129, "a"],
                ["a", "n" * 129],
            ],
            "attributes": ["x" * 4_097],
            "campaignId": ["c1"],
            "editedAt": [NOW],
            "deletedAt": [NOW],
            "event": ["joined"],
        },
        blank=frozenset({"attributes"}),
        kept=True,
    ),
    Form(
        "message queue",
        "alice",
        lambda cast: queued(cast.direct, MESSAGE, cast.alice),
        lambda client, cast, job: post(client, cast.direct, message(cast.alice), job=job),
        edge={"shard": [0, 31]},
        wrong={
            "chatId": ["group"],
            "messageId": ["m2"],
            "senderId": ["bob"],
            "shard": [32, -1],
        },
        kept=True,
    ),
    Form(
        "receipt",
        "alice",
        lambda cast: {"readTo": PAST, "readAt": NOW, "deliveredTo": PAST},
        at(lambda cast: paths.read_receipt(cast.direct, cast.alice)),
        frozenset({"deliveredTo"}),
        {"readTo": [NOW], "deliveredTo": [NOW]},
        {"readTo": [FUTURE], "deliveredTo": [FUTURE]},
        aged=lambda cast: {
            paths.read_receipt(cast.direct, cast.alice): {"readTo": PAST, "readAt": PAST}
        },
    ),
    Form(
        "typing",
        "alice",
        lambda cast: {"at": NOW},
        at(lambda cast: paths.typing_indicator(cast.direct, cast.alice)),
        aged=lambda cast: {paths.typing_indicator(cast.direct, cast.alice): {"at": PAST}},
    ),
    Form(
        "push tokens",
        "alice",
        lambda cast: {
            "devices": {"phone_1": device()},
            "muted": {cast.direct: FUTURE},
            "mentions": "unlessMuted",
        },
        at(lambda cast: paths.push_tokens(cast.alice)),
        frozenset({"muted", "mentions", "devices.phone_1", "devices.phone_1.locale"}),
        {
            "devices.phone_1.token": ["x" * 4_096],
            "devices.phone_1.kind": ["fid"],
            "devices.phone_1.platform": ["android", "web"],
            "muted": [{}, {"a": True}],
            "mentions": ["always"],
        },
        {
            "devices": [{"phone:1": device()}, {"a": device(), "b": device()}],
            "devices.phone_1.token": ["x" * 4_097],
            "devices.phone_1.kind": ["apns"],
            "devices.phone_1.platform": ["symbian"],
            "devices.phone_1.locale": ["pt_BR"],
            "muted": [{"a": True, "b": True}, {"a": False}, {"a": None}, {"a": "for ever"}],
            "mentions": ["never"],
        },
        open=frozenset({"muted"}),
    ),
]
