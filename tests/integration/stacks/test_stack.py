"""The stack itself, with the real emulators but without functions and workers."""

import signal
from collections.abc import Iterator

import pytest

from emulator.binaries import find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.ports import PortsTaken, accepts, free_offset, is_free
from emulator.process_table import alive, descendants
from emulator.stack import Stack
from emulator.twilio.account import Account
from tests import patient_http
from tests.twilio_client import official_client

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def offset() -> int:
    return free_offset()


@pytest.fixture(scope="module")
def stack(offset: int) -> Iterator[Stack]:
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        pytest.skip(str(missing))
    with Stack(offset=offset, workers=0, functions=False) as running:
        yield running


def test_a_running_stack_answers_at_the_addresses_of_its_environment(stack: Stack) -> None:
    firestore = stack.environment["FIRESTORE_EMULATOR_HOST"]
    assert patient_http.get(f"http://{firestore}/").status_code == 200
    fcm = stack.environment["PARLEY_FCM_URL"]
    assert patient_http.get(f"{fcm}/_/messages").json() == []


def test_the_official_client_sends_by_the_variables_of_a_running_stack(stack: Stack) -> None:
    found = stack.environment
    account = Account(found["TWILIO_ACCOUNT_SID"], found["TWILIO_AUTH_TOKEN"])
    client = official_client(found["PARLEY_TWILIO_URL"], account)

    message = client.messages.create(to="+12125550123", from_="+12025550100", body="hi")

    (entry,) = patient_http.get(f"{found['PARLEY_TWILIO_URL']}/_/messages").json()
    assert entry["response"]["sid"] == message.sid


def test_every_port_of_a_running_stack_is_moved(stack: Stack, offset: int) -> None:
    assert accepts(8080 + offset)
    assert accepts(9970 + offset)


def test_a_second_stack_on_the_same_ports_names_the_taken_ones(stack: Stack, offset: int) -> None:
    with pytest.raises(PortsTaken, match="PARLEY_PORT_OFFSET") as raised, Stack(offset=offset):
        pass
    assert raised.value.taken["firestore"] == 8080 + offset


def test_an_ended_stack_leaves_no_process_and_no_port() -> None:
    with Stack(offset=free_offset(), workers=0, functions=False) as short:
        family = descendants([short.firebase.process.pid])
        assert len(family) > 2
        # The hardest case: the CLI is killed and its Java processes are nobody's children.
        short.firebase.process.signal(signal.SIGKILL)
        short.firebase.process.wait()
    assert alive(family) == []
    assert is_free(short.ports.firestore)
