"""Attacks that read: a victim's documents by every shape of query, and what one once could read.

Tables of attacks are laid out by hand, a line or two for what is tried and for its twin.
"""

from google.cloud.firestore_v1.field_path import FieldPath

from schema import paths
from tests.rules.attacks.attack import (
    Attack,
    Place,
    counted,
    found,
    found_anywhere,
    found_by_id,
    get,
    where,
)
from tests.rules.attacks.places import (
    block,
    campaign,
    case,
    chat,
    direct,
    entry,
    group,
    job,
    known,
    member,
    message,
    new_chat,
    profile,
    record,
    rival_campaign,
    rival_vip,
    said,
    service,
    token_owner,
    tokens,
    under,
    vip,
)
from tests.rules.attacks.stage import Stage
from tests.rules.form import PAST


def messages(of: Place) -> Place:
    return lambda stage: paths.messages(of(stage))


def members(of: Place) -> Place:
    return lambda stage: paths.chat_members(of(stage))


def receipts(of: Place) -> Place:
    return lambda stage: f"{paths.CHAT_READ_RECEIPTS}/{of(stage)}/members"


def typings(of: Place) -> Place:
    return lambda stage: f"{paths.CHAT_TYPING_INDICATORS}/{of(stage)}/members"


def rows(stage: Stage) -> str:
    return paths.user_chats(stage.alice)


def dashboard_rows(stage: Stage) -> str:
    return paths.user_chats(stage.dashboard)


def people(stage: Stage) -> str:
    return paths.service_users(stage.service)


def root(collection: str) -> Place:
    return lambda stage: collection


BY_ALICE = where("senderId", "==", lambda s: s.alice)
THIRTY = where("senderId", "in", lambda s: [s.alice, *(f"user-{n}" for n in range(29))])
OF_SERVICE = where("serviceId", "==", lambda s: s.service)
OF_RIVAL = where("serviceId", "==", lambda s: s.rival)
OF_BOTH = where("serviceId", "in", lambda s: [s.service, s.rival])
OF_ANY = where("serviceId", "!=", "nobody's")
IS_CASE = where("kind", "==", "case")
PHONE = where("phone", "==", "+4915112345678")
TO_PHONE = where("to.phone", "==", "+4915112345678")
OF_ALICE = where("uids", "array_contains", lambda s: s.alice)
WITH_BOB = where("otherUid", "==", lambda s: s.bob)
OWNERS = where("role", "==", "owner")
CASES = found(root("chats"), OF_SERVICE, IS_CASE)

QUERIES_OF_MESSAGES = [
    ("that name a victim", found(messages(group), BY_ALICE)),
    ("one at a time", found(messages(group), limit=1)),
    ("by their order alone", found(messages(group), order="createdAt")),
    ("by their ids", found(messages(group), order=FieldPath.document_id(), limit=1)),
    ("of thirty senders", found(messages(group), THIRTY)),
    ("of all but oneself", found(messages(group), where("senderId", "!=", "me"))),
    ("of none of these", found(messages(group), where("senderId", "not-in", ["me"]))),
    ("since a time", found(messages(group), where("createdAt", ">=", PAST), order="createdAt")),
    ("by counting", counted(messages(group))),
    ("by counting a victim's", counted(messages(group), BY_ALICE)),
]

OF_MEMBERS = [
    *(
        Attack(f"{who} reads a group's messages, {shape}", who, query, query, "carol")
        for who in ("stranger", "removed", "rival-owner")
        for shape, query in QUERIES_OF_MESSAGES
    ),
    *(
        Attack(f"a removed member reads {what}", "removed", act, act, "carol")
        for what, act in [
            ("the chat", get(chat(group))),
            ("its members", found(members(group))),
            ("a message of its own", get(said("removed"))),
            ("reactions", found(under(said("alice"), "reactions"))),
            ("receipts", found(receipts(group))),
            ("who types", found(typings(group))),
        ]
    ),
    *(
        Attack(f"the guest of a removed admin reads {what}", "stray", act, act, "guest")
        for what, act in [
            ("the chat", get(chat(group))),
            ("a message", get(said("alice"))),
            *((f"messages {shape}", query) for shape, query in QUERIES_OF_MESSAGES),
        ]
    ),
]

OF_PEOPLE = [
    Attack("a record is looked up by its phone", "stranger",
        found(root("users"), PHONE), get(record("alice")), "alice"),
    Attack("a record is looked up by its email", "bob",
        found(root("users"), where("email", "==", lambda s: f"{s.alice}@x.example")),
        get(record("bob"))),
    Attack("one's own record is listed", "alice",
        found_by_id("users", record("alice")), get(record("alice"))),
    Attack("profiles are searched by name", "stranger",
        found(root("profiles"), where("displayName", "==", lambda s: s.alice)),
        get(profile("alice"))),
    Attack("profiles are counted", "stranger",
        counted(root("profiles")), get(profile("alice"))),
    Attack("a profile is listed by its id", "stranger",
        found_by_id("profiles", profile("alice")), get(profile("alice"))),
    Attack("one's own tokens are listed", "alice",
        found_by_id("userPushTokens", tokens("alice")), get(tokens("alice"))),
    Attack("a friend's tokens are read", "bob", get(tokens("alice")), get(tokens("bob"))),
    Attack("somebody looks who has a phone now", "alice",
        get(token_owner("alice")), get(tokens("alice"))),
    Attack("one looks whether one is blocked", "carol",
        get(block("alice", "carol")), get(block("carol", "alice"))),
    Attack("one counts by whom one is blocked", "carol",
        found_anywhere("blocked", where("createdAt", ">=", PAST)),
        found(lambda s: f"{paths.USER_BLOCKS}/{s.carol}/blocked")),
    Attack("the other's rows are read", "bob", found(rows), found(rows), "alice"),
    Attack("the other's rows are counted", "bob",
        counted(rows, WITH_BOB), counted(rows, WITH_BOB), "alice"),
    Attack("rows are read across people", "alice",
        found_anywhere("chats", where("otherUid", "==", lambda s: s.alice)),
        found(rows, WITH_BOB)),
]  # fmt: skip

OF_CHATS = [
    Attack("chats are searched by a victim", "stranger",
        found(root("chats"), where("memberIds", "array_contains", lambda s: s.alice)),
        get(chat(direct)), "alice"),
    Attack("cases are listed by their person", "alice", CASES, CASES, "viewer"),
    Attack("all chats of a service are listed, groups too", "owner",
        found(root("chats"), OF_SERVICE), CASES),
    Attack("the cases of all services are listed", "owner", found(root("chats"), IS_CASE), CASES),
    Attack("the cases of two services are listed", "owner",
        found(root("chats"), OF_BOTH, IS_CASE), CASES),
    Attack("the cases of every service are counted", "owner",
        counted(root("chats"), OF_ANY, IS_CASE), counted(root("chats"), OF_SERVICE, IS_CASE)),
    Attack("a third looks whether two have a chat", "carol",
        get(chat(direct)), get(chat(direct)), "bob"),
    Attack("a third looks for a chat that two do not have", "carol",
        get(chat(new_chat)), get(chat(new_chat)), "stranger"),
    Attack("a group's owner reads the audit", "alice",
        found(under(chat(group), "audit")), found(under(chat(group), "audit")), "viewer"),
    Attack("a case's person reads the audit", "alice",
        get(lambda s: paths.chat_audit(s.case, "a1")),
        get(lambda s: paths.chat_audit(s.case, "a1")), "viewer"),
    Attack("staff read a group without their dashboard", "owner",
        found(messages(lambda s: s.private_group)), found(messages(group))),
    Attack("staff read a direct chat", "owner",
        found(messages(direct)), found(messages(direct)), "bob"),
    Attack("staff see who types in a group", "agent", found(typings(group)), found(typings(case))),
    Attack("staff read the receipts of a broadcast chat", "viewer",
        found(receipts(lambda s: s.broadcast)), found(receipts(case))),
    Attack("staff read a rival's case", "owner",
        found(messages(lambda s: s.rival_case)), found(messages(case))),
    Attack("messages are read across chats by their author", "alice",
        found_anywhere("messages", BY_ALICE), found(messages(group), BY_ALICE)),
    Attack("members are read across chats", "alice",
        found_anywhere("members", OWNERS), found(members(group), OWNERS)),
    Attack("reactions are read across messages", "bob",
        found_anywhere("reactions", where("emoji", "==", "!")),
        found(under(said("alice", direct), "reactions"))),
    Attack("a person reads the rows of the dashboard", "alice",
        found(dashboard_rows), found(dashboard_rows), "viewer"),
    Attack("staff read the rows of a rival's dashboard", "owner",
        found(lambda s: paths.user_chats(s.rival_dashboard)), found(dashboard_rows)),
    Attack("a sender reads the outbox", "alice",
        found(root("messageQueue"), BY_ALICE), found(messages(direct), BY_ALICE)),
    Attack("a sender gets an entry of the outbox", "alice",
        get(entry("from-alice")), get(message("from-alice", direct))),
]  # fmt: skip

OF_SERVICES = [
    Attack("a service's people are searched by phone", "stranger",
        found(people, PHONE), found(people, PHONE), "viewer"),
    Attack("a rival counts a service's people", "rival-owner",
        counted(people), counted(lambda s: paths.service_users(s.rival))),
    Attack("a person reads what a service knows of them", "bob",
        get(known("bob")), get(record("bob"))),
    Attack("people are searched across services", "owner",
        found_anywhere("users", PHONE), found(people, PHONE)),
    Attack("a rival reads who is on a list", "rival-owner",
        found(under(vip, "members")), found(under(rival_vip, "members"))),
    Attack("services are listed", "owner", found(root("services")), get(service)),
    Attack("staff are searched across services", "owner",
        found_anywhere("staff", OWNERS), found(under(service, "staff"), OWNERS)),
    *(
        Attack(f"{name} are read, {shape}", "owner", query, found(root(name), OF_SERVICE))
        for name in ("campaignQueue", "campaignStatus", "campaignMessageQueue", "nonChatSMSQueue",
            "emailNotifications", "deadLetters")
        for shape, query in [
            ("a rival's", found(root(name), OF_RIVAL)),
            ("those of two services", found(root(name), OF_BOTH)),
            ("without a service", found(root(name), order="createdAt")),
            ("counted over every service", counted(root(name), OF_ANY)),
        ]
    ),
    Attack("an admin reads dead letters", "admin",
        found(root("deadLetters"), OF_SERVICE), found(root("deadLetters"), OF_SERVICE), "owner"),
    Attack("texts are searched by a victim's phone", "agent",
        found(root("nonChatSMSQueue"), TO_PHONE),
        found(root("nonChatSMSQueue"), OF_SERVICE, TO_PHONE)),
    Attack("a person is searched in the ledgers of all campaigns", "owner",
        found_anywhere("batches", OF_ALICE), found(campaign(paths.campaign_batches), OF_ALICE)),
    Attack("a rival's ledger is read", "owner",
        found(rival_campaign(paths.campaign_batches)), found(campaign(paths.campaign_batches))),
    Attack("a person looks themselves up in the ledger", "alice",
        found(campaign(paths.campaign_batches), OF_ALICE),
        found(campaign(paths.campaign_batches), OF_ALICE), "viewer"),
    Attack("the fence of a campaign is read", "owner",
        get(campaign(paths.campaign_plan)), get(campaign(paths.campaign_status))),
    Attack("plans are listed", "owner", found(under(campaign(paths.campaign_status), "plan")),
        found(campaign(paths.campaign_batches))),
    Attack("what poisoned a worker is read", "owner",
        get(job(paths.suspect)), get(job(paths.dead_letter))),
    Attack("a member of the staff reads another chat's member", "agent",
        get(member("alice", direct)), get(member("alice", case))),
]  # fmt: skip

ATTACKS = [*OF_MEMBERS, *OF_PEOPLE, *OF_CHATS, *OF_SERVICES]
