"""What `make up` tells of its stack is what workers and commands need, and no secret."""

from __future__ import annotations

from emulator.__main__ import announced_variables
from emulator.ports import Ports
from emulator.stack_environment import environment_of
from parley.settings import Settings

OF_THE_STACK = {**environment_of(Ports(), 0), "TWILIO_AUTH_TOKEN": "0123456789abcdef" * 2}


def test_a_worker_with_these_variables_reaches_every_stand_in() -> None:
    told = Settings.from_environment(announced_variables(OF_THE_STACK))

    assert told == Settings.from_environment({**OF_THE_STACK, "PARLEY_PORT_OFFSET": ""})


def test_an_account_of_twilio_that_is_in_the_environment_is_not_told() -> None:
    told = announced_variables({**OF_THE_STACK, "TWILIO_AUTH_TOKEN": "a secret of Twilio's"})

    assert not {"TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"} & set(told)
    assert "PARLEY_TWILIO_URL" in told
