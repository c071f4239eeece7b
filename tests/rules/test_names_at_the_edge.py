"""The longest and the shortest uid and drawn id, and uids that are no names."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import NOW, Database, Document, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.forms_of_emails import email
from tests.rules.forms_of_people import message, post
from tests.rules.forms_of_staff import campaign, mass_message, sms

FILL = "n"


def of_length(beginning: str, length: int) -> str:
    """A name of its own for each test, cut or filled to this length."""
    return beginning[-length:].ljust(length, FILL)


@pytest.mark.parametrize(
    ("length", "expected"), [(1, "allowed"), (128, "allowed"), (129, "denied")]
)
def test_a_uid_has_1_to_128_characters(
    length: int, expected: str, cast: Cast, database: Database
) -> None:
    uid = of_length(cast.suffix, length)
    profile = database.user(uid).document(paths.profile(uid))
    assert verdict(lambda: profile.set({"displayName": "Ann"})) == expected


@pytest.mark.parametrize("name", ["{} b", "{}\tb", "{}\u00a0b", "{}\U0001f600", "{}.@+|"])
def test_a_uid_has_no_colon_and_no_slash(name: str, cast: Cast, database: Database) -> None:
    uid = name.format(cast.suffix)
    profile = database.user(uid).document(paths.profile(uid))
    assert verdict(lambda: profile.set({"displayName": "Ann"})) == "allowed"
    assert ids.is_name(uid)


@pytest.mark.parametrize(("length", "expected"), [(1, "allowed"), (64, "allowed"), (65, "denied")])
def test_a_client_id_has_1_to_64_characters(
    length: int, expected: str, cast: Cast, database: Database
) -> None:
    alice = database.user(cast.alice)
    drawn = of_length("m", length)
    assert verdict(lambda: post(alice, cast.direct, message(cast.alice), drawn)) == expected


NAMED_PLACES: dict[str, tuple[str, Callable[[Cast, str], str], Document]] = {
    "a block": ("alice", lambda cast, name: paths.user_block(cast.alice, name), {"createdAt": NOW}),
    "staff": (
        "owner",
        lambda cast, name: paths.staff(cast.service, name),
        {"role": "agent", "displayName": "Ann"},
    ),
    "a list's member": (
        "admin",
        lambda cast, name: f"{paths.distribution_list(cast.service, 'vip')}/members/{name}",
        {"addedAt": NOW},
    ),
}


@pytest.mark.parametrize("place", NAMED_PLACES)
@pytest.mark.parametrize(
    ("name", "expected"),
    [("ann", "allowed"), ("service", "denied"), ("system", "denied"), ("a:b", "denied")],
)
def test_an_invalid_uid_cannot_be_blocked_employed_or_listed(
    name: str, expected: str, place: str, cast: Cast, database: Database
) -> None:
    who, path, document = NAMED_PLACES[place]
    written = database.user(cast.member(who)).document(path(cast, name))
    assert verdict(lambda: written.set(document)) == expected


@pytest.mark.parametrize(("name", "expected"), [("vip-2", "allowed"), ("v.i.p", "denied")])
def test_a_list_id_has_the_form_of_a_client_id(
    name: str, expected: str, cast: Cast, database: Database
) -> None:
    admin = database.user(cast.staff("admin"))
    written = admin.document(paths.distribution_list(cast.service, name))
    assert verdict(lambda: written.set({"name": "VIP", "createdAt": NOW})) == expected


@pytest.mark.parametrize("chat", ["case", "group"])
def test_a_uid_like_a_dashboards_name_reads_nothing_of_its_chats(
    chat: str, cast: Cast, database: Database
) -> None:
    dashboard = ids.service_member(cast.service)
    place = paths.messages(cast.chats[chat])
    assert database.server().document(paths.chat_member(cast.chats[chat], dashboard)).get().exists
    assert verdict(database.user(dashboard).collection(place).get) == "denied"
    assert verdict(database.user(cast.staff("agent")).collection(place).get) == "allowed"


def test_a_uid_like_a_dashboards_name_cannot_post(cast: Cast, database: Database) -> None:
    dashboard = ids.service_member(cast.service)
    client = database.user(dashboard)
    assert verdict(lambda: post(client, cast.group, message(dashboard))) == "denied"


@pytest.mark.parametrize(
    ("kind", "expected"), [("service", "allowed"), ("broadcast", "allowed"), ("other", "denied")]
)
def test_the_dashboard_posts_only_in_its_cases_and_broadcasts(
    kind: str, expected: str, cast: Cast, database: Database
) -> None:
    chat_id = f"{cast.alice}:{kind}:{cast.service}"
    typing = paths.typing_indicator(chat_id, ids.service_member(cast.service))
    agent = database.user(cast.staff("agent")).document(typing)
    assert verdict(lambda: agent.set({"at": NOW})) == expected


def test_a_direct_chat_that_names_a_service_is_still_private(
    cast: Cast, seed: Seed, database: Database
) -> None:
    dashboard = ids.service_member(cast.service)
    for chat_id in (cast.direct, cast.private_group):
        seed(
            {
                paths.chat(chat_id): {"serviceId": cast.service},
                paths.chat_member(chat_id, dashboard): {"role": "member"},
            }
        )
    agent = database.user(cast.staff("agent"))
    assert verdict(agent.document(paths.chat(cast.direct)).get) == "denied"
    assert verdict(agent.document(paths.chat(cast.private_group)).get) == "allowed"


JOBS = [
    (paths.campaign, campaign, "admin"),
    (paths.mass_message, mass_message, "agent"),
    (paths.non_chat_sms, sms, "agent"),
    (paths.email_notification, email, "agent"),
]


@pytest.mark.parametrize(("path", "job", "role"), JOBS)
def test_a_service_id_is_a_valid_name(
    path: Callable[[str], str],
    job: Callable[[Cast], Document],
    role: str,
    cast: Cast,
    seed: Seed,
    database: Database,
) -> None:
    writer = database.user(cast.staff(role))
    for service, expected in (("broadcast", "denied"), (cast.service, "allowed")):
        seed({paths.staff(service, cast.staff(role)): {"role": role}})
        document = {**job(cast), "serviceId": service}
        written = writer.document(path(f"{expected}-{cast.suffix}"))
        assert verdict(lambda w=written, d=document: w.set(d)) == expected


Act = Callable[[firestore.Client, Cast, str], object]

ACTS: dict[str, tuple[str, Act]] = {
    "reads the service": (
        "viewer",
        lambda client, cast, uid: client.document(paths.service(cast.service)).get(),
    ),
    "sends an SMS": (
        "agent",
        lambda client, cast, uid: client.document(paths.non_chat_sms(cast.suffix)).set(
            {**sms(cast), "createdBy": uid}
        ),
    ),
    "makes a list": (
        "admin",
        lambda client, cast, uid: client.document(paths.distribution_list(cast.service, "vip")).set(
            {"name": "VIP", "createdAt": NOW}
        ),
    ),
    "lets somebody in": (
        "owner",
        lambda client, cast, uid: client.document(paths.staff(cast.service, "new")).set(
            {"role": "agent", "displayName": "Ann"}
        ),
    ),
}


@pytest.mark.parametrize("uid", ["service", "broadcast", "system", "a:b"])
@pytest.mark.parametrize("act", ACTS)
def test_a_user_with_an_invalid_uid_is_staff_nowhere(
    uid: str, act: str, cast: Cast, seed: Seed, database: Database
) -> None:
    role, does = ACTS[act]
    seed({paths.staff(cast.service, name): {"role": role} for name in (uid, "anybody")})
    assert verdict(lambda: does(database.user(uid), cast, uid)) == "denied"
    assert verdict(lambda: does(database.user("anybody"), cast, "anybody")) == "allowed"
