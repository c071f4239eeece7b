from __future__ import annotations

import pytest

from schema import paths
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import Office

ORDER = {"name": "order", "data": {"name": "Ann & Co"}}


@pytest.fixture
async def office(world: TwinWorld) -> Office:
    office = Office(world)
    await office.open()
    return office


async def template(office: Office, name: str, **fields: str) -> None:
    await office.write(paths.email_template("acme", name), {"subject": name, **fields})


async def test_a_template_renders_others_by_the_same_field(office: Office) -> None:
    await template(
        office,
        "order",
        subject="{% render 'brand' %}: your order",
        text="Hi\n{% render 'footer' %}",
        html="<p>Hi</p>{% render 'footer' %}",
    )
    await template(office, "brand", subject="Acme")
    await template(
        office, "footer", text="-- {{ name }}{% render 'brand2' %}", html="<i>{{ name }}</i>"
    )
    await template(office, "brand2", text="!")
    delivery = await office.send(message=None, template=ORDER)

    assert delivery["state"] == "SUCCESS", delivery
    (mail,) = office.mails()
    assert mail["Subject"] == "Acme: your order"
    text, html = mail.iter_parts()
    assert text.get_content().split() == ["Hi", "--", "Ann", "&", "Co!"]
    assert html.get_content().rstrip() == "<p>Hi</p><i>Ann &amp; Co</i>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% render 'gone' %}", "template 'gone' does not exist or lacks this field"),
        ("{% render 'html-only' %}", "template 'html-only' does not exist or lacks this field"),
        ("{% render 'order' %}", "in a circle: order > order"),
        ("{% render 'a/b' %}", "template 'a/b' does not exist"),
        ("{% render '' %}", "template '' does not exist"),
        ("{% render 'wrong' %}", "template 'wrong': line 1, {{ x | nope }}"),
    ],
)
async def test_a_template_that_cannot_be_rendered_is_named(
    office: Office, text: str, told: str
) -> None:
    await template(office, "order", text=text)
    await template(office, "html-only", html="<hr>")
    await template(office, "wrong", text="{{ x | nope }}")
    delivery = await office.send(message=None, template=ORDER)
    assert delivery["state"] == "ERROR"
    assert "services/acme/emailTemplates/order: text: " in delivery["error"]
    assert told in delivery["error"]
    assert office.mails() == []


async def test_templates_of_another_service_are_not_rendered(office: Office) -> None:
    await office.write(paths.email_template("rival", "footer"), {"subject": "s", "text": "theirs"})
    await template(office, "order", text="{% render 'footer' %}")
    delivery = await office.send(message=None, template=ORDER)
    assert delivery["state"] == "ERROR"


async def test_more_than_twenty_templates_are_refused(office: Office) -> None:
    await template(office, "order", text="".join(f"{{% render 'p{n}' %}}" for n in range(21)))
    delivery = await office.send(message=None, template=ORDER)
    assert "renders 21 other templates, and the limit is 20" in delivery["error"]


async def test_each_template_that_is_rendered_costs_a_read(office: Office) -> None:
    await template(office, "order", text="{% render 'a' %}{% render 'a' %}{% render 'b' %}")
    await template(office, "a", text="a{% render 'b' %}")
    await template(office, "b", text="b")
    await office.job(message=None, template=ORDER)
    before = office.world.store.counts
    await office.deliver()
    cost = office.world.store.counts - before
    assert cost.of("reads", "services/emailTemplates") == 3
