"""Each field of each document that clients write: at its limits it passes, wrong it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from google.cloud import firestore

from tests.rules.acting import Database, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import Form, spoiled
from tests.rules.forms_of_people import FORMS as FORMS_OF_PEOPLE
from tests.rules.forms_of_staff import FORMS as FORMS_OF_STAFF

FORMS = [*FORMS_OF_PEOPLE, *FORMS_OF_STAFF]
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@pytest.fixture
def writer(form: Form, cast: Cast, database: Database) -> firestore.Client:
    return database.user(cast.member(form.writer))


@pytest.fixture(scope="module")
def lasting_cast(new_cast: Callable[[], Cast]) -> Cast:
    """One cast for all that is refused, which changes nothing."""
    return new_cast()


@every_form
def test_the_fullest_document_is_accepted(form: Form, cast: Cast, writer: firestore.Client) -> None:
    assert verdict(lambda: form.write(writer, cast, form.fullest(cast))) == "allowed"


@every_form
def test_the_barest_document_is_accepted(form: Form, cast: Cast, writer: firestore.Client) -> None:
    document = form.barest(cast)
    if form.name == "message":
        document["body"] = "Hello"
    assert verdict(lambda: form.write(writer, cast, document)) == "allowed"


@every_form
def test_unchangeable_documents_cannot_be_rewritten(
    form: Form, cast: Cast, seed: Seed, writer: firestore.Client
) -> None:
    document = form.fullest(cast)
    assert verdict(lambda: form.write(writer, cast, document)) == "allowed"
    if form.aged is not None:
        seed(form.aged(cast))
    expected = "denied" if form.kept else "allowed"
    assert verdict(lambda: form.write(writer, cast, document)) == expected


@every_form
def test_only_its_author_writes_a_document(form: Form, cast: Cast, database: Database) -> None:
    for client in (database.nobody(), database.user(cast.bob), database.user(cast.rival_owner)):
        assert verdict(lambda c=client: form.write(c, cast, form.fullest(cast))) == "denied"


@pytest.mark.parametrize(
    ("form", "path", "value"),
    [
        pytest.param(form, path, value, id=f"{form.name}: {path} {number}")
        for form in FORMS
        for path, values in form.edge.items()
        for number, value in enumerate(values)
    ],
)
def test_a_field_at_its_limit_is_accepted(
    form: Form, path: str, value: Any, cast: Cast, writer: firestore.Client
) -> None:
    document = spoiled(form.fullest(cast), path, value)
    assert verdict(lambda: form.write(writer, cast, document)) == "allowed"


@pytest.mark.parametrize(
    ("form", "path", "wrong"),
    [
        pytest.param(form, path, wrong, id=f"{form.name}: {way}")
        for form in FORMS
        for way, path, wrong in form.refused()
    ],
)
def test_a_wrong_field_is_refused(
    form: Form, path: str, wrong: Any, lasting_cast: Cast, database: Database
) -> None:
    cast = lasting_cast
    writer = database.user(cast.member(form.writer))
    document = spoiled(form.fullest(cast), path, wrong)
    assert verdict(lambda: form.write(writer, cast, document)) == "denied"
