"""Attacks of several writes in one batch, where one is to open the door for the next."""

from schema import paths
from tests.rules.acting import DELETE, NOW
from tests.rules.attacks.attack import (
    Attack,
    Write,
    change,
    merge,
    post,
    posting,
    put,
    remove,
    writes,
)
from tests.rules.attacks.changing import DELETION, EDIT
from tests.rules.attacks.joining import opens
from tests.rules.attacks.keeping import FLAGS, OWNER, PERSON, PROFILE, READ
from tests.rules.attacks.places import (
    block,
    campaign,
    case,
    chat,
    direct,
    entry,
    fresh,
    group,
    member,
    message,
    new_chat,
    profile,
    receipt,
    record,
    rival_campaign,
    row,
    said,
    signed,
    staff,
    under,
)
from tests.rules.forms_of_people import MESSAGE, direct_chat, joined, queued
from tests.rules.forms_of_people import message as its_text
from tests.rules.forms_of_staff import campaign as its_campaign
from tests.rules.forms_of_staff import sms

POST = posting(direct, "alice")
OPENING: tuple[Write, ...] = (
    put(chat(new_chat), lambda s: direct_chat(s.alice)),
    put(member("alice", new_chat), joined()),
    put(member("stranger", new_chat), joined()),
)
FLAG = change(row("alice"), FLAGS)
CANCELLED = {"command": "cancel"}
BLOCKED = {"createdAt": NOW}
TWENTY_BLOCKS = [
    put(under(lambda s: f"{paths.USER_BLOCKS}/{s.alice}/blocked", f"u{number}"), BLOCKED)
    for number in range(20)
]

OF_MEMBERS = [
    *(
        Attack(f"{who} joins and posts", who,
            writes(put(member(who), joined()), *posting(group, who)), post(group, "carol"), "carol")
        for who in ("stranger", "removed", "anonymous", "owner")
    ),
    *(
        Attack(f"{who} joins and reads on", who,
            writes(put(member(who), joined()), put(receipt(who, group), READ)),
            writes(put(receipt("carol", group), READ)), "carol")
        for who in ("stranger", "removed")
    ),
    Attack("one ends one's mute and posts", "muted",
        writes(change(member("muted"), {"mutedUntil": DELETE}), *posting(group, "muted")),
        post(group, "carol"), "carol"),
    Attack("one leaves and posts", "carol",
        writes(remove(member("carol")), *posting(group, "carol")), post(group, "carol")),
    Attack("one leaves and deletes what one said", "carol",
        writes(remove(member("carol")), change(said("carol"), DELETION)),
        writes(change(said("carol"), DELETION))),
    Attack("one raises oneself and deletes another's message", "carol",
        writes(change(member("carol"), {"role": "admin"}), change(said("alice"), DELETION)),
        writes(change(said("alice"), DELETION)), "bob"),
    Attack("the blocked lift the block and open a chat", "carol",
        writes(remove(block("alice", "carol")),
            put(lambda s: paths.chat(f"{s.alice}:{s.carol}"), lambda s: direct_chat(s.carol)),
            *(put(member(who, lambda s: f"{s.alice}:{s.carol}"), joined())
                for who in ("alice", "carol"))),
        opens(lambda s: f"{s.alice}:{s.carol}", "alice"), "alice"),
    *(
        Attack(f"a chat is opened {what}", "alice", writes(*OPENING, *more), writes(*OPENING))
        for what, more in [
            ("and posted into", posting(new_chat, "alice")),
            ("with the other's profile", [put(profile("stranger"), PROFILE)]),
            ("with a third", [put(member("carol", new_chat), joined())]),
            ("and a third comes into another", [put(member("stranger"), joined())]),
            ("with a row for the other", [put(row("stranger", new_chat), {"kind": "direct"})]),
            ("with a last message", [put(chat(direct), {"lastMessage": {"preview": "x"}})]),
        ]
    ),
    Attack("a chat is opened with one of its two", "alice", writes(*OPENING[:2]), writes(*OPENING)),
    Attack("a chat's members come before it", "alice", writes(*OPENING[1:]), writes(*OPENING)),
]  # fmt: skip

OF_POSTS = [
    *(
        Attack(f"a post {what}", "alice", writes(*POST, *more), writes(*POST, *good))
        for what, more, good in [
            ("has a twin without an entry",
                [put(message("m2", direct), lambda s: its_text(s.alice))],
                posting(direct, "alice", "m2")),
            ("has a second entry, for what was there",
                [put(entry("from-alice", case), lambda s: queued(s.case, "from-alice", s.alice))],
                []),
            ("has a second entry, for nothing",
                [put(entry("m2"), lambda s: queued(s.direct, "m2", s.alice))], []),
            ("takes the last message along",
                [change(chat(direct), {"lastMessage": {"preview": "x"}})], []),
            ("takes its row along", [change(row("alice"), {"messageCount": 6})], [FLAG]),
            ("edits another's on the way", [change(said("bob", direct), EDIT)],
                [change(said("alice", direct), EDIT)]),
            ("empties the outbox on the way", [remove(entry("from-alice"))], []),
            ("has another's beside it", posting(direct, "bob", "m2"), posting(case, "alice", "m2")),
        ]
    ),
    *(
        Attack(f"an entry is {what}", "alice", writes(POST[0], other), writes(*POST))
        for what, other in [
            ("of another chat",
                put(entry(MESSAGE, case), lambda s: queued(s.case, MESSAGE, s.alice))),
            ("another's", put(entry(MESSAGE), lambda s: queued(s.direct, MESSAGE, s.bob))),
            ("at another's place", put(entry("m2"), lambda s: queued(s.direct, MESSAGE, s.alice))),
        ]
    ),
    Attack("an edit is queued as a post", "alice",
        writes(change(said("alice", case), EDIT),
            put(entry("from-alice", case), lambda s: queued(s.case, "from-alice", s.alice))),
        writes(change(said("alice", case), EDIT))),
]  # fmt: skip

OF_TWO_PEOPLE = [
    Attack(f"two people's {what}", "alice", writes(own, others), writes(own, FLAG))
    for what, own, others in [
        ("receipts", change(receipt("alice"), READ), change(receipt("bob"), READ)),
        ("records", change(record("alice"), {"displayName": "A"}),
            change(record("bob"), {"displayName": "B"})),
        ("new records", change(record("alice"), {"displayName": "A"}),
            put(record("stranger"), PERSON)),
        ("profiles", merge(profile("alice"), PROFILE), merge(profile("bob"), PROFILE)),
        ("blocks", put(block("alice", "stranger"), BLOCKED),
            put(block("bob", "stranger"), BLOCKED)),
        ("rows", merge(profile("alice"), PROFILE), change(row("bob"), FLAGS)),
    ]
]  # fmt: skip

OF_STAFF = [
    *(
        Attack(f"{who} joins the staff and {what}", who,
            writes(put(staff(who), OWNER), put(fresh(path), signed(who, form))),
            writes(put(fresh(path), signed("owner", form))), "owner")
        for who in ("stranger", "impostor", "viewer")
        for what, path, form in [
            ("starts a campaign", paths.campaign, its_campaign),
            ("sends an SMS", paths.non_chat_sms, sms),
        ]
    ),
    Attack("an owner leaves once another is there", "owner",
        writes(put(staff("stranger"), OWNER), remove(staff("owner"))),
        writes(put(staff("stranger"), OWNER))),
    Attack("a campaign comes with its status", "admin",
        writes(put(fresh(paths.campaign), signed("admin", its_campaign)),
            put(fresh(paths.campaign_status), {"state": "completed"})),
        writes(put(fresh(paths.campaign), signed("admin", its_campaign)))),
    Attack("a campaign is cancelled with one of a rival's", "owner",
        writes(change(campaign(), CANCELLED), change(rival_campaign(), CANCELLED)),
        writes(change(campaign(), CANCELLED))),
    Attack("of many good writes one is bad", "alice",
        writes(*TWENTY_BLOCKS, change(record("bob"), {"displayName": "B"})),
        writes(*TWENTY_BLOCKS)),
]  # fmt: skip

ATTACKS = [*OF_MEMBERS, *OF_POSTS, *OF_TWO_PEOPLE, *OF_STAFF]
