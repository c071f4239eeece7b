"""What a dashboard writes: its staff and lists, campaigns, mass messages, SMS and email."""

from schema import paths
from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast
from tests.rules.form import BLANK, FUTURE, NAMED, ODD, Form, at
from tests.rules.forms_of_dashboards import FORMS as DASHBOARD_FORMS
from tests.rules.forms_of_emails import EMAIL_FORMS
from tests.rules.forms_of_people import attachment
from tests.rules.stamp_of_jobs import DELIVERY, NAMES, STAMP, stamp


def campaign(cast: Cast) -> Document:
    return {
        **stamp(cast, "admin"),
        "name": "Spring",
        "kind": "group",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"userIds": [cast.alice, cast.bob]},
        "message": {
            "body": "Hello {{ user.displayName }}",
            "title": "Hello",
            "attachments": [attachment() for _ in range(10)],
        },
        "chat": {"title": "Spring", "topic": "Sales", "uniqueName": "spring"},
        "schedule": {
            "startAt": FUTURE,
            "expireAt": FUTURE,
            "window": {"from": "09:00", "to": "20:00", "timeZone": "recipient"},
        },
        "throttle": {"perMinute": 600},
        "command": "start",
    }


def mass_message(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "kind": "mass",
        "userIds": [cast.alice, cast.bob],
        "message": {"body": "Hello"},
    }


def sms(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "to": {"phone": "+4915112345678"},
        "body": "Hello",
        "purpose": "transactional",
        "expireAt": FUTURE,
    }


FORMS = [
    Form(
        "staff",
        "owner",
        lambda cast: {"role": "agent", "displayName": "Ann"},
        at(lambda cast: paths.staff(cast.service, cast.stranger)),
        edge={"role": ["owner", "admin", "viewer"], "displayName": ["x", "x" * 100, *NAMED]},
        wrong={"role": ["king", "member"], "displayName": ["x" * 101, *BLANK, *ODD]},
    ),
    Form(
        "distribution list",
        "admin",
        lambda cast: {
            "name": "VIP",
            "where": {"field": "tags", "op": "array-contains", "value": "vip"},
            "createdAt": NOW,
        },
        at(lambda cast: paths.distribution_list(cast.service, "vip")),
        frozenset({"where"}),
        {"name": ["x", "x" * 100, *NAMED]},
        {"name": ["x" * 101, *BLANK, *ODD]},
        open=frozenset({"where"}),
        kept=True,
    ),
    Form(
        "distribution list member",
        "admin",
        lambda cast: {"addedAt": NOW},
        at(lambda cast: f"{paths.distribution_list(cast.service, 'vip')}/members/{cast.alice}"),
    ),
    Form(
        "campaign",
        "admin",
        campaign,
        at(lambda cast: paths.campaign(f"c-{cast.suffix}")),
        frozenset(
            {
                "message.title",
                "message.attachments",
                "chat.topic",
                "chat.uniqueName",
                "schedule",
                "schedule.startAt",
                "schedule.expireAt",
                "schedule.window",
                "throttle",
            }
        ),
        {
            "name": ["x", "x" * 100],
            "purpose": ["transactional"],
            "audience": [
                {"all": True},
                {"listId": "v" * 64},
                {"where": {}},
                {"userIds": ["a"] * 10_000},
            ],
            "message.body": ["x", "x" * 10_000],
            "message.title": ["x", "x" * 100],
            "chat.title": ["x", "x" * 100],
            "chat.topic": ["x", "x" * 1_000],
            "chat.uniqueName": ["x", "x" * 128],
            "schedule.window.from": ["00:00", "19:59", "20:00", "23:59"],
            "schedule.window.timeZone": ["x", "x" * 64],
            "throttle.perMinute": [1, 1_000_000],
        },
        {
            **STAMP,
            "name": ["x" * 101, *BLANK, *ODD],
            "kind": ["individual", "oneWay", "broadcast"],
            "channels": [[], ["sms"], ["chat", "sms"], ["chat", "chat"], ["email"]],
            "purpose": ["fun"],
            "audience": [
                {},
                {"all": False},
                {"all": True, "listId": "vip"},
                {"userIds": ["a"], "listId": "vip"},
                {"userIds": ["a"] * 10_001},
                {"listId": ""},
                {"listId": "a/b"},
                {"listId": 7},
                {"where": "tags"},
                {"where": []},
                {"where": None},
                {"where": {}, "all": True},
            ],
            "audience.userIds": NAMES,
            "message": [{"title": "no body"}],
            "message.body": ["x" * 10_001, *BLANK],
            "message.title": ["x" * 101, *BLANK, *ODD],
            "message.attachments": [[attachment() for _ in range(11)]],
            "chat.title": ["x" * 101, *BLANK, *ODD],
            "chat.topic": ["x" * 1001],
            "chat.uniqueName": ["x" * 129],
            "schedule.window.from": ["9:00", "24:00", "09:60", "09:00:00"],
            "schedule.window.timeZone": ["x" * 65],
            "throttle.perMinute": [0, 1_000_001],
            "command": ["pause", "resume", "cancel"],
            "state": ["completed"],
            "counts": [{}],
        },
        kept=True,
    ),
    Form(
        "mass message",
        "agent",
        mass_message,
        at(lambda cast: paths.mass_message(f"j-{cast.suffix}")),
        edge={"userIds": [["a"], ["a"] * 500], "message.body": ["x", "x" * 10_000]},
        wrong={
            **STAMP,
            **DELIVERY,
            "kind": ["notify"],
            "userIds": [*NAMES, ["a"] * 501],
            "message.body": ["x" * 10_001, *BLANK],
        },
        kept=True,
    ),
    Form(
        "sms",
        "agent",
        sms,
        at(lambda cast: paths.non_chat_sms(f"j-{cast.suffix}")),
        frozenset({"expireAt"}),
        {
            "to": [{"userId": "a"}, {"phone": "+12"}],
            "body": ["x", "x" * 1_600],
            "purpose": ["marketing"],
        },
        {
            **STAMP,
            **DELIVERY,
            "to": [{}, {"phone": "+4915112345678", "userId": "a"}, {"userId": ""}, {"userId": 7}],
            "to.phone": ["015112345678", "+0151", "sip:x"],
            "body": ["x" * 1_601, *BLANK],
            "purpose": ["fun"],
        },
        kept=True,
    ),
    *EMAIL_FORMS,
    *DASHBOARD_FORMS,
]
