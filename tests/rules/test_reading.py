"""Who reads what: for each path, everybody who may and everybody who may not."""

from collections.abc import Callable, Iterator

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import paths
from tests.rules.acting import Database, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed, opened

PEOPLE = ("alice", "bob", "carol", "stranger")
EVERYBODY = ("nobody", *PEOPLE, *ROLES, "rival-owner")

# Whose path, and who may get it; all the others may not.
GETS: list[tuple[str, Callable[[Cast], str], tuple[str, ...]]] = [
    ("a user's record", lambda c: paths.user(c.alice), ("alice",)),
    (
        "a profile",
        lambda c: paths.profile(c.alice),
        (*PEOPLE, *ROLES, "rival-owner"),
    ),
    ("a block", lambda c: paths.user_block(c.alice, c.bob), ("alice",)),
    ("a service", lambda c: paths.service(c.service), ROLES),
    ("a service's user", lambda c: paths.service_user(c.service, c.alice), ROLES),
    (
        "a change of consent",
        lambda c: paths.consent_history(c.service, c.alice, "h1"),
        ROLES,
    ),
    ("a number's opt-out", lambda c: paths.sms_opt_out(c.service, f"+1{c.suffix}"), ROLES),
    ("an SMS in no chat", lambda c: paths.received_sms(c.service, "sms-1"), ROLES),
    ("a note for a digest", lambda c: paths.digest(c.alice, c.service), ()),
    ("a staff member", lambda c: paths.staff(c.service, c.staff("agent")), ROLES),
    ("a service's audit", lambda c: paths.service_audit(c.service, "a1"), ROLES),
    ("an email template", lambda c: paths.email_template(c.service, "welcome"), ROLES),
    ("a distribution list", lambda c: paths.distribution_list(c.service, "vip"), ROLES),
    ("a direct chat", lambda c: paths.chat(c.direct), ("alice", "bob")),
    ("a direct chat that is not there", lambda c: paths.chat(c.new_chat), ("alice", "stranger")),
    ("a case", lambda c: paths.chat(c.case), ("alice", *ROLES)),
    ("a broadcast chat", lambda c: paths.chat(c.broadcast), ("alice", *ROLES)),
    ("a group", lambda c: paths.chat(c.group), ("alice", "bob", "carol", *ROLES)),
    ("a group without the dashboard", lambda c: paths.chat(c.private_group), ("alice", "bob")),
    ("a member", lambda c: paths.chat_member(c.direct, c.bob), ("alice", "bob")),
    ("a case's member", lambda c: paths.chat_member(c.case, c.alice), ("alice", *ROLES)),
    ("a case's audit", lambda c: paths.chat_audit(c.case, "a1"), ROLES),
    ("a group's audit", lambda c: paths.chat_audit(c.group, "a1"), ROLES),
    ("a group's past member", lambda c: paths.past_member(c.group, c.alice), ()),
    ("a direct message", lambda c: paths.message(c.direct, "m1"), ("alice", "bob")),
    ("a case's message", lambda c: paths.message(c.case, "m1"), ("alice", *ROLES)),
    ("a reaction", lambda c: paths.reaction(c.direct, "m1", c.bob), ("alice", "bob")),
    ("a receipt", lambda c: paths.read_receipt(c.direct, c.bob), ("alice", "bob")),
    ("a case's receipt", lambda c: paths.read_receipt(c.case, c.alice), ("alice", *ROLES)),
    ("a group's receipt", lambda c: paths.read_receipt(c.group, c.bob), ("alice", "bob", "carol")),
    ("typing", lambda c: paths.typing_indicator(c.direct, c.bob), ("alice", "bob")),
    ("a case's typing", lambda c: paths.typing_indicator(c.case, c.alice), ("alice", *ROLES)),
    ("a broadcast's receipt", lambda c: paths.read_receipt(c.broadcast, c.alice), ("alice",)),
    ("a broadcast's typing", lambda c: paths.typing_indicator(c.broadcast, c.alice), ("alice",)),
    (
        "the dashboard's typing in a broadcast",
        lambda c: paths.typing_indicator(c.broadcast, f"service:{c.service}"),
        ("alice",),
    ),
    ("a row", lambda c: paths.user_chat(c.alice, c.direct), ("alice",)),
    ("a dashboard's row", lambda c: paths.user_chat(f"service:{c.service}", c.case), ROLES),
    ("devices", lambda c: paths.push_tokens(c.alice), ("alice",)),
    ("a budget", lambda c: paths.budget(c.alice), ()),
    ("a token's owner", lambda c: paths.push_token_owner(f"t-{c.suffix}"), ()),
    ("a campaign", lambda c: paths.campaign(f"c-{c.suffix}"), ROLES),
    ("a campaign's status", lambda c: paths.campaign_status(f"c-{c.suffix}"), ROLES),
    ("a batch", lambda c: paths.campaign_batch(f"c-{c.suffix}", "b1"), ROLES),
    ("a campaign's plan", lambda c: paths.campaign_plan(f"c-{c.suffix}"), ()),
    ("a mass message", lambda c: paths.mass_message(f"j-{c.suffix}"), ROLES),
    ("an SMS", lambda c: paths.non_chat_sms(f"j-{c.suffix}"), ROLES),
    ("a campaign's SMS", lambda c: paths.campaign_sms(f"c-{c.suffix}", "ann"), ()),
    ("use of SMS", lambda c: paths.sms_usage(c.service, "spend-2026-12-01"), ROLES),
    ("a sender's pace", lambda c: paths.sms_sender(f"s-{c.suffix}"), ()),
    ("an email", lambda c: paths.email_notification(f"j-{c.suffix}"), ROLES),
    ("a report", lambda c: paths.report(f"r-{c.suffix}"), ROLES),
    ("a dead letter", lambda c: paths.dead_letter(f"d-{c.suffix}"), ("owner",)),
    ("the outbox", lambda c: paths.message_queue(c.direct, "m1"), ()),
    ("a suspect", lambda c: paths.suspect(f"s-{c.suffix}"), ()),
]

# Whose list, the filter that must go with it, and who may have it.
LISTS: list[tuple[str, Callable[[Cast], str], str | None, tuple[str, ...]]] = [
    ("users", lambda c: "users", None, ()),
    ("profiles", lambda c: "profiles", None, ()),
    ("blocks", lambda c: f"userBlocks/{c.alice}/blocked", None, ("alice",)),
    ("a service's users", lambda c: paths.service_users(c.service), None, ROLES),
    (
        "changes of consent",
        lambda c: paths.consent_histories(c.service, c.alice),
        None,
        ROLES,
    ),
    ("opt-outs", lambda c: f"services/{c.service}/smsOptOuts", None, ROLES),
    ("SMS in no chat", lambda c: f"services/{c.service}/inboundSms", None, ROLES),
    ("a service's audits", lambda c: paths.service_audits(c.service), None, ROLES),
    ("staff", lambda c: f"services/{c.service}/staff", None, ROLES),
    ("lists", lambda c: f"services/{c.service}/distributionLists", None, ROLES),
    ("email templates", lambda c: f"services/{c.service}/emailTemplates", None, ROLES),
    ("canned answers", lambda c: f"services/{c.service}/cannedAnswers", None, ROLES),
    ("saved views", lambda c: f"services/{c.service}/savedViews", None, ROLES),
    ("bulk jobs", lambda c: paths.bulk_jobs(c.service), None, ROLES),
    ("parts of a bulk job", lambda c: f"{paths.bulk_jobs(c.service)}/b1/parts", None, ()),
    ("drafts", lambda c: f"services/{c.service}/campaignDrafts", None, ROLES),
    ("private notes", lambda c: f"chats/{c.case}/notes", None, ROLES),
    ("desks", lambda c: f"chats/{c.case}/desk", None, ROLES),
    ("all chats", lambda c: "chats", None, ()),
    ("members", lambda c: paths.chat_members(c.direct), None, ("alice", "bob")),
    ("messages", lambda c: paths.messages(c.direct), None, ("alice", "bob")),
    ("a case's messages", lambda c: paths.messages(c.case), None, ("alice", *ROLES)),
    ("a group's", lambda c: paths.messages(c.group), None, ("alice", "bob", "carol", *ROLES)),
    ("receipts", lambda c: f"chatReadReceipts/{c.direct}/members", None, ("alice", "bob")),
    ("rows", lambda c: paths.user_chats(c.alice), None, ("alice",)),
    ("a dashboard's rows", lambda c: paths.user_chats(f"service:{c.service}"), None, ROLES),
    ("devices of all", lambda c: "userPushTokens", None, ()),
    ("budgets", lambda c: paths.BUDGETS, None, ()),
    ("digestQueue", lambda c: paths.DIGEST_QUEUE, None, ()),
    ("owners of tokens", lambda c: paths.PUSH_TOKEN_OWNERS, None, ()),
    ("campaigns", lambda c: "campaignQueue", "serviceId", ROLES),
    ("all campaigns", lambda c: "campaignQueue", None, ()),
    ("statuses", lambda c: "campaignStatus", "serviceId", ROLES),
    ("all statuses", lambda c: "campaignStatus", None, ()),
    ("batches", lambda c: paths.campaign_batches(f"c-{c.suffix}"), None, ROLES),
    ("SMS", lambda c: "nonChatSMSQueue", "serviceId", ROLES),
    ("SMS of a campaign", lambda c: f"campaignStatus/c-{c.suffix}/sms", None, ()),
    ("uses of SMS", lambda c: f"services/{c.service}/smsUsage", None, ROLES),
    ("senders", lambda c: paths.SMS_SENDERS, None, ()),
    ("reports", lambda c: paths.REPORTS, "serviceId", ROLES),
    ("all reports", lambda c: paths.REPORTS, None, ()),
    ("dead letters", lambda c: "deadLetters", "serviceId", ("owner",)),
    ("all dead letters", lambda c: "deadLetters", None, ()),
    ("the outbox", lambda c: "messageQueue", None, ()),
]


@pytest.fixture(scope="module")
def database(firestore_emulator: str, pytestconfig: pytest.Config) -> Iterator[Database]:
    yield from opened(firestore_emulator, pytestconfig)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[[], Cast], seed: Seed) -> Cast:
    """One cast for all, since reading changes nothing, with a document at every path read here."""
    cast = new_cast()
    documents = {path(cast): {"serviceId": cast.service} for _, path, _ in GETS}
    for there in (paths.chat(cast.new_chat), *cast.documents()):
        documents.pop(there, None)
    seed(documents)
    return cast


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(("path", "readers"), [pytest.param(*get[1:], id=get[0]) for get in GETS])
def test_only_readers_get_a_document(
    path: Callable[[Cast], str],
    readers: tuple[str, ...],
    who: str,
    cast: Cast,
    act: Callable[[str], firestore.Client],
) -> None:
    expected = "allowed" if who in readers else "denied"
    assert verdict(act(who).document(path(cast)).get) == expected


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(
    ("path", "filtered", "readers"), [pytest.param(*of[1:], id=of[0]) for of in LISTS]
)
def test_only_readers_list_a_collection(
    path: Callable[[Cast], str],
    filtered: str | None,
    readers: tuple[str, ...],
    who: str,
    cast: Cast,
    act: Callable[[str], firestore.Client],
) -> None:
    query = act(who).collection(path(cast)).limit(1)
    if filtered:
        query = query.where(filter=FieldFilter(filtered, "==", cast.service))
    expected = "allowed" if who in readers else "denied"
    assert verdict(query.get) == expected
    assert verdict(query.count().get) == expected
