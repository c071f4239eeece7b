"""Emails and their templates: who may write them, and which forms are refused."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import DELETE, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.forms_of_emails import email

Act = Callable[[str], firestore.Client]
WRITERS = (*ROLES, "rival-owner", "alice")


@pytest.mark.parametrize("who", WRITERS)
def test_owners_and_admins_write_email_templates(who: str, cast: Cast, act: Act) -> None:
    expected = "allowed" if who in ("owner", "admin") else "denied"
    template = act(who).document(paths.email_template(cast.service, "welcome"))
    assert verdict(lambda: template.set({"subject": "Hello"})) == expected
    assert verdict(lambda: template.update({"html": "<p>{{ name }}</p>"})) == expected
    assert verdict(lambda: template.update({"partial": True})) == "denied"
    assert verdict(template.delete) == expected


@pytest.mark.parametrize(("name", "expected"), [("x" * 100, "allowed"), ("x" * 101, "denied")])
def test_an_email_template_has_a_short_name(name: str, expected: str, cast: Cast, act: Act) -> None:
    template = act("admin").document(paths.email_template(cast.service, name))
    assert verdict(lambda: template.set({"subject": "Hello"})) == expected


TRIGGER_EMAIL = {
    "without a service": {"serviceId": DELETE, "createdBy": DELETE, "createdAt": DELETE},
    "from inside the message": {"message": {"subject": "a", "text": "b", "from": "a@b"}},
    "a message with amp": {"message": {"subject": "a", "text": "b", "amp": "<html>"}},
    "sendgrid": {"sendGrid": {"templateId": "t"}},
    "categories": {"categories": ["a"]},
    "to and toUids": {"toUids": ["a"]},
    "an attachment without a name": {
        "message": {"subject": "a", "text": "b", "attachments": [{"path": "a/b"}]}
    },
}


@pytest.mark.parametrize("change", TRIGGER_EMAIL.values(), ids=TRIGGER_EMAIL)
def test_what_the_extension_took_and_rules_refuse(change: Document, cast: Cast, act: Act) -> None:
    """The page `docs/how-to/leave-trigger-email.md` lists these."""
    job = {**email(cast), **change}
    job = {key: value for key, value in job.items() if value is not DELETE}
    written = act("agent").document(paths.email_notification(f"j-{cast.suffix}"))
    assert verdict(lambda: written.set(job)) == "denied"


def test_an_email_may_have_a_template_and_a_message(cast: Cast, act: Act) -> None:
    job = {**email(cast), "template": {"name": "welcome", "data": {}}}
    written = act("agent").document(paths.email_notification(f"j-{cast.suffix}"))
    assert verdict(lambda: written.set(job)) == "allowed"


@pytest.mark.parametrize("to", ["alice@example.com", ["alice@example.com"]])
def test_an_email_has_one_or_many_recipients(to: object, cast: Cast, act: Act) -> None:
    written = act("agent").document(paths.email_notification(f"j-{cast.suffix}"))
    assert verdict(lambda: written.set({**email(cast), "to": to})) == "allowed"
