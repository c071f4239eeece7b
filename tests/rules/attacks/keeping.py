"""Attacks on what people and services keep: records, devices, rows, staff, lists."""

from collections.abc import Callable

from google.cloud.firestore import ArrayRemove, ArrayUnion, Increment

from schema import paths
from tests.rules.acting import DELETE, NOW, Document
from tests.rules.attacks.attack import Attack, Place, change, get, merge, put, remove, writes
from tests.rules.attacks.places import (
    block,
    dashboard_row,
    direct,
    group,
    known,
    profile,
    receipt,
    record,
    rival_dashboard_row,
    rival_staff,
    rival_vip,
    row,
    service,
    staff,
    token_owner,
    tokens,
    typing,
    under,
    vip,
)
from tests.rules.attacks.posting import nested, seconds_from_now
from tests.rules.attacks.stage import OUTSIDERS
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import device

PERSON = {"displayName": "X", "createdAt": NOW}
PROFILE = {"displayName": "X"}
TOKENS = {"devices": {"phone": device()}}
AGENT = {"role": "agent", "displayName": "X"}
OWNER = {"role": "owner", "displayName": "X"}
VIEWER = {"role": "viewer"}
LIST = {"name": "X", "createdAt": NOW}
FLAGS = {"pinned": True}
READ = {"readTo": NOW, "readAt": NOW}
LONG_AGO = PAST.replace(year=2019)
READ_ONE = {"readCount": Increment(1)}
READ_ALL = {"readCount": Increment(3)}
EMAIL = {"email": "a@b"}
DEVICE = {"devices.n": device()}

NOWHERE = (
    "chatMessages/{uid}",
    "userChats/{uid}",
    "chatReadReceipts/{uid}",
    "userBlocks/{uid}",
    "users/{uid}/secrets/s",
    "services/default/secrets/{uid}",
    "elsewhere/{uid}",
)


def somewhere(place: str) -> Place:
    return lambda stage: place.format(uid=stage.alice)


MADE: list[tuple[str, Place, Document, Document]] = [
    ("a record comes with services", record("stranger"),
        {**PERSON, "serviceIds": ["acme"]}, PERSON),
    ("a profile tells a phone", profile("stranger"),
        {**PROFILE, "phone": "+4915112345678"}, PROFILE),
    ("a profile is 900 KB", profile("stranger"), {"displayName": "x" * 900_000}, PROFILE),
    ("ten thousand devices are registered", tokens("stranger"),
        {"devices": {f"d{number}": 1 for number in range(10_000)}}, TOKENS),
    ("ten thousand chats are muted", tokens("stranger"),
        {**TOKENS, "muted": {f"c{number}": True for number in range(10_000)}},
        {**TOKENS, "muted": {"c": True}}),
    ("a device is seventeen maps deep", tokens("stranger"),
        {"devices": {"phone": nested(17)}}, TOKENS),
]  # fmt: skip

MOVED: list[tuple[str, Callable[[str], Place], Document, Document]] = [
    ("messages are counted on", row, {"messageCount": Increment(1)}, READ_ONE),
    ("unread is counted up", row, {"readCount": Increment(-1)}, READ_ALL),
    ("more is read than there is", row, {"readCount": Increment(4)}, READ_ALL),
    ("unread is made a fraction", row, {"readCount": Increment(0.5)}, READ_ONE),
    ("a flag is made a list", row, {"pinned": ArrayUnion([True])}, FLAGS),
    ("a flag is made a time", row, {"archived": NOW}, {"archived": True}),
    ("a row is moved up", row, {"updatedAt": NOW}, FLAGS),
    ("a row is given a title", row, {"title": "Bank"}, FLAGS),
    ("a row goes to another service", row, {"serviceId": "acme"}, FLAGS),
    ("a record gains a service", record, {"serviceIds": ArrayUnion(["acme"])}, EMAIL),
    ("a record leaves a service", record, {"serviceIds": ArrayRemove(["default"])}, EMAIL),
    ("a record is marked as erased", record, {"deletedAt": NOW}, EMAIL),
    ("a record is made older", record, {"createdAt": LONG_AGO}, EMAIL),
    ("one is seen in the future", record, {"lastSeenAt": FUTURE}, {"lastSeenAt": NOW}),
    ("a name is counted", record, {"displayName": Increment(1)}, {"displayName": "Ally"}),
    ("devices are made a list", tokens, {"devices": ArrayUnion(["phone"])}, DEVICE),
    ("devices are made a number", tokens, {"devices": Increment(1)}, DEVICE),
    (
        "a device loses its token",
        tokens,
        {"devices.phone.token": DELETE},
        {"devices.phone": DELETE},
    ),
    ("a device holds more", tokens, {"devices.phone": {**device(), "more": 1}}, DEVICE),
    ("a mute is counted", tokens, {"muted.c": Increment(1)}, {"muted.c": NOW}),
    ("one reads backwards", receipt, {"readTo": LONG_AGO, "readAt": NOW}, READ),
    ("one has received less", receipt, {"deliveredTo": LONG_AGO, "readAt": NOW}, READ),
    ("a horizon is dropped", receipt, {"deliveredTo": DELETE, "readAt": NOW}, READ),
    ("a horizon is made a number", receipt, {"readTo": Increment(1), "readAt": NOW}, READ),
]

OWN: list[tuple[str, Callable[[str], Place], Document]] = [
    ("a record", record, PERSON),
    ("a profile", profile, PROFILE),
    ("a device", tokens, TOKENS),
]
CHANGED: list[tuple[str, Callable[[str], Place], Document]] = [
    ("a row is flagged", row, FLAGS),
    ("a receipt is moved", receipt, READ),
    ("devices are changed", tokens, DEVICE),
    ("a phone is changed", record, {"phone": "+4915199999999"}),
    ("a name is changed", profile, {"displayName": "Eve"}),
]

OF_PEOPLE = [
    *(
        Attack(name, "stranger", writes(put(place, bad)), writes(put(place, good)))
        for name, place, bad, good in MADE
    ),
    *(
        Attack(name, "alice",
            writes(change(place("alice"), bad)), writes(change(place("alice"), good)))
        for name, place, bad, good in MOVED
    ),
    *(
        Attack(f"{what} is made for another", "alice", writes(put(place("stranger"), content)),
            writes(put(place("stranger"), content)), "stranger")
        for what, place, content in OWN
    ),
    *(
        Attack(f"{what} by {who}", who, writes(change(place("alice"), content)),
            writes(change(place("alice"), content)), "alice")
        for what, place, content in CHANGED
        for who in ("bob", "owner", "impostor")
    ),
    *(
        Attack(f"one's own {what} is deleted", "alice", writes(remove(place("alice"))),
            get(place("alice")))
        for what, place in [("record", record), ("row", row), ("list of devices", tokens),
            ("receipt", receipt), ("profile", profile)]
    ),
    Attack("a record is made by somebody who has not signed in", "nobody",
        writes(put(record("nobody"), PERSON)), writes(put(record("stranger"), PERSON)), "stranger"),
    Attack("a block is set in another's name", "bob",
        writes(put(block("alice", "stranger"), {"createdAt": NOW})),
        writes(put(block("bob", "stranger"), {"createdAt": NOW}))),
    Attack("the blocked lift a block", "carol", writes(remove(block("alice", "carol"))),
        writes(remove(block("alice", "carol"))), "alice"),
    Attack("a phone is taken without being registered", "bob",
        writes(put(token_owner("alice"), lambda s: {"uid": s.bob})),
        writes(change(tokens("bob"), DEVICE))),
    Attack("a phone is kept from its next user", "alice",
        writes(remove(token_owner("alice"))), writes(change(tokens("alice"), DEVICE))),
    Attack("a row is put into another's list", "bob",
        writes(put(row("stranger"), {"kind": "direct"})), get(row("bob"))),
    Attack("a row is put into one's own list", "stranger",
        writes(put(row("stranger", group), {"kind": "group"})), get(row("bob")), "bob"),
    Attack("another's typing is ended", "bob", writes(remove(typing("alice", direct))),
        writes(remove(typing("bob", direct)))),
    Attack("a removed member moves its receipt", "removed",
        writes(merge(receipt("removed", group), READ)),
        writes(merge(receipt("carol", group), READ)), "carol"),
    Attack("a viewer flags the dashboard's row", "viewer", writes(change(dashboard_row, FLAGS)),
        writes(change(dashboard_row, FLAGS)), "agent"),
    Attack("a rival flags the dashboard's row", "rival-owner", writes(change(dashboard_row, FLAGS)),
        writes(change(rival_dashboard_row, FLAGS))),
    Attack("a profile tells a phone once it is there", "stranger",
        writes(change(profile("stranger"), {"phone": "+4915112345678"})),
        writes(change(profile("stranger"), {"lastSeenAt": NOW})),
        before=writes(put(profile("stranger"), PROFILE))),
    Attack("a receipt is dated back, to be written again at once", "alice",
        writes(change(receipt("alice"), {**READ, "readAt": seconds_from_now(-3_600)})),
        writes(change(receipt("alice"), READ))),
]  # fmt: skip

OF_SERVICES = [
    *(
        Attack(f"{who} joins the staff", who, writes(put(staff(who), AGENT)),
            writes(put(staff("stranger"), AGENT)), "owner")
        for who in (*OUTSIDERS, "alice", "admin", "viewer")
    ),
    *(
        Attack(f"{who} raises itself", who, writes(change(staff(who), {"role": "owner"})),
            writes(change(staff(who), {"role": "owner"})), "owner")
        for who in ("admin", "agent", "viewer")
    ),
    *(
        Attack(f"the owner {what}", "owner", act, writes(change(staff("agent"), VIEWER)))
        for what, act in [
            ("lowers itself", writes(change(staff("owner"), VIEWER))),
            ("leaves", writes(remove(staff("owner")))),
            ("joins a rival's staff", writes(put(rival_staff("owner"), AGENT))),
            ("lowers staff of a rival", writes(change(rival_staff("rival-owner"), VIEWER))),
            ("puts staff of a rival out", writes(remove(rival_staff("rival-owner")))),
            ("sends the webhook elsewhere", writes(change(service, {"webhook": "https://x"}))),
            ("takes the service away", writes(remove(service))),
            ("consents for a person",
                writes(change(known("bob"), {"consents.sms.marketing.granted": True}))),
            ("consents for somebody new", writes(put(known("carol"), {"consents": {}}))),
            ("tags a person", writes(change(known("bob"), {"tags": ArrayUnion(["x"])}))),
            ("forgets a person", writes(remove(known("bob")))),
        ]
    ),
    Attack("an admin puts the owner out", "admin", writes(remove(staff("owner"))),
        writes(remove(staff("viewer"))), "owner"),
    Attack("a stranger is the first owner of a service", "stranger",
        writes(put(lambda s: paths.staff(f"own-{s.suffix}", s.stranger), OWNER)),
        writes(put(staff("stranger"), OWNER)), "owner"),
    Attack("a stranger makes a service", "stranger",
        writes(put(lambda s: paths.service(f"own-{s.suffix}"), {"name": "X", "kind": "dashboard"})),
        get(service), "viewer"),
    Attack("an agent renames a list", "agent", writes(change(vip, {"name": "X"})),
        writes(change(vip, {"name": "X"})), "admin"),
    Attack("a rival makes a list", "rival-owner",
        writes(put(lambda s: paths.distribution_list(s.service, "new"), LIST)),
        writes(put(lambda s: paths.distribution_list(s.rival, "new"), LIST))),
    Attack("a rival puts somebody on a list", "rival-owner",
        writes(put(under(vip, "members/x"), {"addedAt": NOW})),
        writes(put(under(rival_vip, "members/x"), {"addedAt": NOW}))),
    Attack("a rival takes a list away", "rival-owner",
        writes(remove(vip)), writes(remove(rival_vip))),
    *(
        Attack(f"something is put at {place}", "alice",
            writes(put(somewhere(place), {"a": 1})), get(record("alice")))
        for place in NOWHERE
    ),
]  # fmt: skip

ATTACKS = [*OF_PEOPLE, *OF_SERVICES]
