"""Campaigns, jobs and staff: who may write them, in which shapes, and what changes later."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import DELETE, NOW, Database, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import PAST
from tests.rules.forms_of_emails import email
from tests.rules.forms_of_staff import campaign, mass_message, sms

Act = Callable[[str], firestore.Client]
WRITERS = (*ROLES, "rival-owner", "alice")
DEEP: Document = {"not": {"and": [{"or": [{"field": "tags", "op": "nonsense", "value": {}}]}]}}


@pytest.mark.parametrize("who", WRITERS)
@pytest.mark.parametrize(
    ("document", "path", "writers"),
    [
        (campaign, paths.campaign, ("owner", "admin")),
        (mass_message, paths.mass_message, ("owner", "admin", "agent")),
        (sms, paths.non_chat_sms, ("owner", "admin", "agent")),
        (email, paths.email_notification, ("owner", "admin", "agent")),
    ],
)
def test_staff_who_may_send_write_jobs(
    document: Callable[[Cast], Document],
    path: Callable[[str], str],
    writers: tuple[str, ...],
    who: str,
    cast: Cast,
    act: Act,
) -> None:
    job = {**document(cast), "createdBy": cast.member(who)}
    written = act(who).document(path(f"{who}-{cast.suffix}"))
    assert verdict(lambda: written.set(job)) == ("allowed" if who in writers else "denied")
    assert verdict(written.delete) == "denied"


@pytest.mark.parametrize("job_id", ["a:b", "x" * 65, "a.b", "\u0430"])
@pytest.mark.parametrize("path", [paths.campaign, paths.mass_message, paths.non_chat_sms])
def test_a_job_id_has_plain_characters(
    path: Callable[[str], str], job_id: str, cast: Cast, act: Act
) -> None:
    documents = {paths.campaign: campaign, paths.mass_message: mass_message}
    job = {**documents.get(path, sms)(cast), "createdBy": cast.staff("owner")}
    assert verdict(lambda: act("owner").document(path(job_id)).set(job)) == "denied"


TWO_CHANNELS = {"kind": "oneWay", "chat": DELETE, "channels": ["chat", "sms"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "individual", "chat": DELETE}, "allowed"),
        ({"kind": "individual"}, "denied"),
        ({"kind": "broadcast", "chat": DELETE}, "denied"),
        ({"chat": DELETE}, "denied"),
        *(
            ({"kind": "oneWay", "chat": DELETE, "channels": channels}, "allowed")
            for channels in (["chat"], ["sms"], ["chat", "sms"], ["sms", "chat"])
        ),
        *(
            ({"kind": "oneWay", "chat": DELETE, "channels": channels}, "denied")
            for channels in ([], ["sms", "sms"], ["push"], ["chat", "sms", "push"], "chat")
        ),
        ({"kind": "individual", "chat": DELETE, "channels": ["sms"]}, "denied"),
        ({"audience": {"all": True}}, "allowed"),
        ({"audience": {"listId": "vip"}}, "allowed"),
        ({"audience": {"where": DEEP}}, "allowed"),
        ({"audience": {"userIds": [f"user-{n}" for n in range(10_000)]}}, "allowed"),
        ({"schedule": {"startAt": NOW}}, "allowed"),
        ({"throttle": {"perMinute": 1_000_000}}, "allowed"),
        *(({**TWO_CHANNELS, "fallback": {"afterMinutes": n}}, "allowed") for n in (1, 1_440)),
        *(
            ({**TWO_CHANNELS, "fallback": fallback}, "denied")
            for fallback in (
                {"afterMinutes": 0},
                {"afterMinutes": 1_441},
                {"afterMinutes": "60"},
                {"afterMinutes": 60, "beforeMinutes": 5},
                {},
                60,
            )
        ),
        ({"fallback": {"afterMinutes": 60}}, "denied"),
        ({**TWO_CHANNELS, "channels": ["chat"], "fallback": {"afterMinutes": 60}}, "denied"),
    ],
)
def test_a_campaign_fits_its_kind(change: Document, expected: str, cast: Cast, act: Act) -> None:
    job = {**campaign(cast), **change}
    job = {key: value for key, value in job.items() if value is not DELETE}
    written = act("admin").document(paths.campaign(f"c-{cast.suffix}"))
    assert verdict(lambda: written.set(job)) == expected


@pytest.mark.parametrize("who", WRITERS)
@pytest.mark.parametrize("command", ["start", "pause", "resume", "cancel"])
def test_owners_and_admins_command_a_campaign(
    command: str, who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.campaign(f"c-{cast.suffix}")
    seed({path: campaign(cast)})
    expected = "allowed" if who in ("owner", "admin") else "denied"
    assert verdict(lambda: act(who).document(path).update({"command": command})) == expected


@pytest.mark.parametrize(
    "update",
    [
        {"command": "stop"},
        {"command": DELETE},
        {"command": None},
        {"command": "pause", "name": "Other"},
        {"audience": {"all": True}},
        {"serviceId": "rival"},
        {"createdAt": NOW},
        {"state": "completed"},
    ],
)
def test_only_the_command_of_a_campaign_changes(
    update: Document, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.campaign(f"c-{cast.suffix}")
    seed({path: campaign(cast)})
    assert verdict(lambda: act("owner").document(path).update(update)) == "denied"


def test_an_sms_may_go_to_a_user(cast: Cast, act: Act) -> None:
    written = act("agent").document(paths.non_chat_sms(f"j-{cast.suffix}"))
    assert verdict(lambda: written.set({**sms(cast), "to": {"userId": cast.alice}})) == "allowed"


INBOXES = [paths.mass_message, paths.non_chat_sms, paths.email_notification]


@pytest.mark.parametrize("who", WRITERS)
@pytest.mark.parametrize("path", INBOXES)
def test_people_who_may_create_a_job_may_retry_a_failed_one(
    path: Callable[[str], str], who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    job = path(f"j-{cast.suffix}")
    seed({job: {"serviceId": cast.service, "delivery": {"state": "ERROR", "attempts": 3}}})
    expected = "allowed" if who in ("owner", "admin", "agent") else "denied"
    assert verdict(lambda: act(who).document(job).update({"delivery.state": "RETRY"})) == expected


@pytest.mark.parametrize("path", INBOXES)
@pytest.mark.parametrize(
    ("state", "update"),
    [
        *((state, {"delivery.state": "RETRY"}) for state in ("PENDING", "PROCESSING", "SUCCESS")),
        ("ERROR", {"delivery.state": "SUCCESS"}),
        ("ERROR", {"delivery.state": "PENDING"}),
        ("ERROR", {"delivery.state": "RETRY", "delivery.attempts": 0}),
        ("ERROR", {"delivery": {"state": "RETRY"}}),
        ("ERROR", {"delivery.state": "RETRY", "delivery.info": {"sent": 0}}),
        ("ERROR", {"delivery.state": "RETRY", "delivery.error": DELETE}),
        ("ERROR", {"delivery": DELETE}),
        ("ERROR", {"delivery.state": "RETRY", "serviceId": "rival"}),
        ("ERROR", {"delivery.state": "RETRY", "body": "Other"}),
    ],
)
def test_only_the_retry_of_a_job_changes(
    state: str, update: Document, path: Callable[[str], str], cast: Cast, seed: Seed, act: Act
) -> None:
    job = path(f"j-{cast.suffix}")
    delivery = {"state": state, "attempts": 3, "error": "givenUp: it failed"}
    seed({job: {"serviceId": cast.service, "delivery": delivery}})
    assert verdict(lambda: act("owner").document(job).update(update)) == "denied"


def test_a_retry_keeps_the_results_of_a_mass_message(cast: Cast, seed: Seed, act: Act) -> None:
    job = paths.mass_message(f"j-{cast.suffix}")
    info = {"sent": 1, "results": {cast.alice: {"state": "sent", "push": "handedOver"}}}
    failed = {"state": "ERROR", "attempts": 1, "error": "someFailed: 1", "info": info}
    seed({job: {**mass_message(cast), "createdAt": PAST, "delivery": failed}})
    written = act("agent").document(job)
    gone = {f"delivery.info.results.`{cast.alice}`": DELETE}
    assert verdict(lambda: written.update({"delivery.state": "RETRY", **gone})) == "denied"
    assert verdict(lambda: written.update({"delivery.state": "RETRY"})) == "allowed"
    assert written.get().get("delivery.info") == info


@pytest.mark.parametrize(
    ("who", "whose", "expected"),
    [
        ("owner", "agent", "allowed"),
        ("owner", "owner", "denied"),
        ("admin", "agent", "denied"),
        ("agent", "agent", "denied"),
        ("stranger", "stranger", "denied"),
        ("rival-owner", "rival-owner", "denied"),
    ],
)
def test_an_owner_writes_all_staff_except_themselves(
    who: str, whose: str, expected: str, cast: Cast, act: Act
) -> None:
    staff = act(who).document(paths.staff(cast.service, cast.member(whose)))
    assert verdict(lambda: staff.set({"role": "owner", "displayName": "Ann"})) == expected
    assert verdict(lambda: staff.update({"role": "admin"})) == expected
    assert verdict(lambda: staff.update({"role": "king"})) == "denied"
    assert verdict(staff.delete) == expected


@pytest.mark.parametrize("who", WRITERS)
def test_owners_and_admins_write_distribution_lists(who: str, cast: Cast, act: Act) -> None:
    expected = "allowed" if who in ("owner", "admin") else "denied"
    of_all = act(who).document(paths.distribution_list(cast.service, "vip"))
    member = of_all.collection("members").document(cast.alice)
    assert verdict(lambda: of_all.set({"name": "VIP", "createdAt": NOW})) == expected
    assert verdict(lambda: member.set({"addedAt": NOW})) == expected
    assert verdict(lambda: of_all.update({"name": "Friends"})) == expected
    assert verdict(lambda: of_all.update({"where": DEEP})) == expected
    assert verdict(lambda: member.update({"addedAt": PAST})) == "denied"
    assert verdict(lambda: of_all.update({"createdAt": NOW})) == "denied"
    assert verdict(lambda: of_all.update({"name": ""})) == "denied"
    assert verdict(member.delete) == expected
    assert verdict(of_all.delete) == expected


SERVERS: dict[str, Callable[[Cast], str]] = {
    "a service": lambda cast: paths.service(cast.service),
    "a service's user": lambda cast: paths.service_user(cast.service, cast.alice),
    "a service's audit": lambda cast: paths.service_audit(cast.service, "a1"),
    "a case": lambda cast: paths.chat(cast.case),
    "a group": lambda cast: paths.chat(cast.group),
    "a case's audit": lambda cast: paths.chat_audit(cast.case, "a1"),
    "a group's audit": lambda cast: paths.chat_audit(cast.group, "a1"),
    "a group's past member": lambda cast: paths.past_member(cast.group, cast.bob),
    "a campaign's status": lambda cast: paths.campaign_status(cast.suffix),
    "a batch": lambda cast: paths.campaign_batch(cast.suffix, "b"),
    "a plan": lambda cast: paths.campaign_plan(cast.suffix),
    "a report": lambda cast: paths.report(cast.suffix),
    "a dead letter": lambda cast: paths.dead_letter(cast.suffix),
    "a suspect": lambda cast: paths.suspect(cast.suffix),
    "a budget": lambda cast: paths.budget(cast.alice),
    "a token's owner": lambda cast: paths.push_token_owner(cast.suffix),
}


@pytest.mark.parametrize("who", ["alice", "owner"])
@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in SERVERS.items()])
def test_clients_cannot_write_documents_of_the_server(
    path: Callable[[Cast], str], who: str, cast: Cast, seed: Seed, act: Act, database: Database
) -> None:
    document: Document = {"serviceId": cast.service, "kind": "case"}
    seed({path(cast): document, paths.campaign(cast.suffix): document})
    written = act(who).document(path(cast))
    assert verdict(lambda: written.update({"title": "Mine"})) == "denied"
    assert verdict(written.delete) == "denied"
    database.server().document(path(cast)).delete()
    assert verdict(lambda: written.set(document)) == "denied"


def test_owners_of_the_default_service_read_the_dead_letters_of_all(
    cast: Cast, seed: Seed, database: Database
) -> None:
    boss = f"boss-{cast.suffix}"
    seed(
        {
            paths.staff("default", boss): {"role": "owner", "displayName": "Bo"},
            paths.dead_letter(cast.suffix): {"serviceId": cast.rival, "queue": "message-queue"},
        }
    )
    letters = database.user(boss).collection(paths.DEAD_LETTERS)
    assert verdict(letters.document(cast.suffix).get) == "allowed"
    assert verdict(letters.limit(1).get) == "allowed"
