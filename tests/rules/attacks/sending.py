"""Attacks on what costs money or reaches many: campaigns, mass messages, SMS and email."""

from google.cloud.firestore import ArrayRemove, Increment

from schema import paths
from tests.rules.acting import DELETE, NOW, Document
from tests.rules.attacks.attack import Attack, change, get, put, remove, writes
from tests.rules.attacks.places import batch, fresh, job, rival_campaign, rival_job, signed
from tests.rules.attacks.places import campaign as its_campaign
from tests.rules.attacks.posting import nested
from tests.rules.attacks.stage import OUTSIDERS, Stage
from tests.rules.forms_of_emails import email
from tests.rules.forms_of_staff import campaign, mass_message, sms

JOBS = [
    ("a campaign", paths.campaign, campaign, "admin", rival_campaign(paths.campaign)),
    ("a mass message", paths.mass_message, mass_message, "agent", rival_job(paths.mass_message)),
    ("an SMS", paths.non_chat_sms, sms, "agent", rival_job(paths.non_chat_sms)),
    ("an email", paths.email_notification, email, "agent", rival_job(paths.email_notification)),
]
SUBJECT = {"subject": "Hello", "text": "Hello"}
MORE_THAN_A_JOB: dict[str, list[tuple[str, Document]]] = {
    "an email": [
        ("has a header in its sender", {"from": "a@b\nBcc: c@d"}),
        ("has a header in whom it is answered to", {"replyTo": "a@b\r\nBcc: c@d"}),
        ("has a header in its blind copies", {"bcc": ["a@b\nTo: c@d"]}),
        ("has copies for thousands", {"ccUids": ["a"] * 501}),
        ("has two headers in one", {"headers": {"X-A": "a\nBcc: c@d"}}),
        ("has a file", {"message": {**SUBJECT, "attachments": [{"path": "/etc/x"}]}}),
        ("has headers in its message", {"message": {**SUBJECT, "headers": {"Bcc": "a@b"}}}),
        ("has another form", {"message": {**SUBJECT, "amp": "x"}}),
        ("has a header in its subject", {"message": {**SUBJECT, "subject": "a\nBcc: c@d"}}),
        ("has a header in its recipient", {"to": "a@b\nBcc: c@d"}),
        ("has a header in one of its recipients", {"to": ["a@b", "c@d\rBcc: e@f"]}),
        ("has a header in the name of a header", {"headers": {"X-A: a\nBcc": "c@d"}}),
        ("goes to nobody by name", {"to": "Bank"}),
        ("goes to thousands", {"to": ["a@b"] * 10_000}),
    ],
    "an SMS": [
        ("has a sender", {"from": "BANK"}),
        ("has media", {"mediaUrl": ["https://x.example"]}),
        ("has a callback", {"statusCallback": "https://x.example"}),
        ("goes to many", {"to": [{"phone": "+4915112345678"}] * 9}),
        ("goes to a client", {"to": {"phone": "client:alice"}}),
        ("is done before it began", {"delivery": {"state": "SUCCESS"}}),
    ],
    "a mass message": [
        ("goes to all", {"audience": {"all": True}}),
        ("is the server's", {"kind": "notify"}),
        ("has a template", {"message": {"body": "x", "template": "{{ user }}"}}),
    ],
    "a campaign": [
        ("is completed", {"state": "completed"}),
        ("has counted", {"counts": {"sent": 9}}),
        ("begins paused", {"command": "pause"}),
        ("goes by email", {"channels": ["chat", "email"]}),
        ("has no audience", {"audience": {}}),
        ("has two audiences", {"audience": {"all": True, "userIds": ["a"]}}),
        ("knows no limit", {"throttle": {"perMinute": float("inf")}}),
        ("has a limit that is no number", {"throttle": {"perMinute": float("nan")}}),
        ("has a body of 900 KB", {"message": {"body": "x" * 900_000}}),
        ("has a body seventeen maps deep", {"message": {"body": nested(17)}}),
        ("has an attachment that hides its type", {"message": {"body": "x", "attachments": [
            {"path": "a b", "contentType": "", "size": 1, "name": "c"}]}}),
    ],
}  # fmt: skip
CANCELLED = {"command": "cancel"}
RETRIED = {"delivery.state": "RETRY"}
RETRIED_AND_MORE: list[tuple[str, Document]] = [
    ("attempts are taken back", {**RETRIED, "delivery.attempts": Increment(-3)}),
    ("it is said to be done", {"delivery.state": "SUCCESS"}),
    ("what came of it is forged", {**RETRIED, "delivery.info": {"a": 1}}),
    ("it becomes another's", {**RETRIED, "createdBy": "owner"}),
    ("it is dated anew", {**RETRIED, "createdAt": NOW}),
    ("it comes without its past", {"delivery": {"state": "RETRY"}}),
]
PROGRESS: list[tuple[str, Document]] = [
    ("jumps to completed", {"state": "completed"}),
    ("counts people as read", {"counts.read": Increment(1)}),
    ("resets the counts", {"counts": DELETE}),
]


def signed_by_rival(stage: Stage) -> Document:
    return {**signed("rival-owner", campaign)(stage), "serviceId": stage.rival}


CREATED = [
    *(
        Attack(f"{who} writes {what}", who, writes(put(fresh(path), signed(who, form))),
            writes(put(fresh(path), signed(writer, form))), writer)
        for who in (*OUTSIDERS, "alice", "viewer")
        for what, path, form, writer, _ in JOBS
    ),
    *(
        Attack(f"an owner writes {what} {how}", "owner", writes(put(place, content)),
            writes(put(fresh(path), signed("owner", form))))
        for what, path, form, _, rivals in JOBS
        for how, place, content in [
            ("for everybody's service", fresh(path), signed("owner", form, serviceId="default")),
            ("for a service of no name", fresh(path), signed("owner", form, serviceId="a/b")),
            ("over a rival's", rivals, signed("owner", form)),
            ("as if an agent had", fresh(path), signed("agent", form, createdBy="agent")),
        ]
    ),
    *(
        Attack(f"{what} {how}", "owner", writes(put(fresh(path), signed("owner", form, **more))),
            writes(put(fresh(path), signed("owner", form))))
        for what, path, form, _, _ in JOBS
        for how, more in MORE_THAN_A_JOB[what]
    ),
    Attack("a rival begins anew what has begun, to read its ledger", "rival-owner",
        writes(put(lambda s: paths.campaign(s.orphan), signed_by_rival)),
        writes(put(fresh(paths.campaign), signed_by_rival))),
    Attack("an owner writes for a rival", "owner",
        writes(put(fresh(paths.campaign),
            lambda s: {**signed("owner", campaign)(s), "serviceId": s.rival})),
        writes(put(fresh(paths.campaign), signed("owner", campaign)))),
    *(
        Attack(f"an owner writes {what}", "owner",
            writes(put(place, lambda s: {"serviceId": s.service})),
            get(its_campaign(paths.campaign_status)))
        for what, place in [
            ("a status over the server's", its_campaign(paths.campaign_status)),
            ("a status before there is a campaign", fresh(paths.campaign_status)),
            ("a batch", batch),
            ("a plan", its_campaign(paths.campaign_plan)),
            ("a dead letter", job(paths.dead_letter)),
            ("a suspect", job(paths.suspect)),
        ]
    ),
]  # fmt: skip

CHANGED = [
    Attack("a rival's campaign is cancelled", "owner",
        writes(change(rival_campaign(), CANCELLED)), writes(change(its_campaign(), CANCELLED))),
    Attack("a rival's campaign is taken over and cancelled", "owner",
        writes(change(rival_campaign(), lambda s: {**CANCELLED, "serviceId": s.service})),
        writes(change(its_campaign(), CANCELLED))),
    Attack("a campaign is taken away", "owner",
        writes(remove(its_campaign())), writes(change(its_campaign(), CANCELLED))),
    *(
        Attack(f"{who} {what}", who,
            writes(change(its_campaign(paths.campaign_status), update)),
            writes(change(its_campaign(), CANCELLED)), "admin")
        for who in ("admin", "alice")
        for what, update in PROGRESS
    ),
    Attack("a ledger is changed", "owner",
        writes(change(batch, {"uids": ArrayRemove(["a"])})), get(batch)),
    *(
        Attack(f"{what}: {how}", "agent", writes(change(job(path), update)),
            writes(change(job(path), RETRIED)))
        for what, path, _, _, _ in JOBS[1:]
        for how, update in RETRIED_AND_MORE
    ),
    *(
        Attack(f"{what}: a rival's is tried again", "agent",
            writes(change(rival_job(path), RETRIED)), writes(change(job(path), RETRIED)))
        for what, path, _, _, _ in JOBS[1:]
    ),
    *(
        Attack(f"{what}: it is taken away", "owner", writes(remove(job(path))), get(job(path)))
        for what, path in [*((what, path) for what, path, *_ in JOBS[1:]),
            ("a dead letter", paths.dead_letter)]
    ),
    Attack("a campaign goes to all once it is there", "admin",
        writes(change(fresh(paths.campaign), {"audience": {"all": True}})),
        writes(change(fresh(paths.campaign), CANCELLED)),
        before=writes(put(fresh(paths.campaign), signed("admin", campaign)))),
    Attack("a campaign goes to a rival once it is there", "admin",
        writes(change(fresh(paths.campaign), lambda s: {"serviceId": s.rival, "command": "start"})),
        writes(change(fresh(paths.campaign), CANCELLED)),
        before=writes(put(fresh(paths.campaign), signed("admin", campaign)))),
    Attack("an SMS goes elsewhere once it is there", "agent",
        writes(change(fresh(paths.non_chat_sms), {"to": {"phone": "+4915199999999"}})),
        get(fresh(paths.non_chat_sms)),
        before=writes(put(fresh(paths.non_chat_sms), signed("agent", sms)))),
]  # fmt: skip

ATTACKS = [*CREATED, *CHANGED]
