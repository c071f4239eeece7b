import random
import re
import socket
import subprocess

import pytest

from emulator.binaries import ROOT
from emulator.ports import (
    DRAWN_OFFSETS,
    DRAWN_PORTS,
    HOST,
    Ports,
    PortsTaken,
    free_offset,
    free_port,
    is_free,
    offset_from,
    require_free,
    suggested_offset,
    works,
)
from parley.blocked_ports import BLOCKED_PORTS, is_blocked


def test_without_an_offset_the_ports_are_the_contracts() -> None:
    ports = Ports.from_environment({})
    assert (ports.firestore, ports.auth, ports.functions, ports.pubsub) == (8080, 9099, 5001, 8085)
    assert (ports.hosting, ports.hub, ports.logging) == (5000, 4400, 4500)
    assert (ports.fcm, ports.twilio, ports.smtp, ports.smtp_web) == (9970, 9971, 9972, 9973)


def test_an_offset_moves_every_port() -> None:
    base = Ports().by_name()
    moved = Ports.from_environment({"PARLEY_PORT_OFFSET": "3000"}).by_name()
    assert moved == {name: port + 3000 for name, port in base.items()}


def test_no_two_parts_share_a_port() -> None:
    ports = Ports().by_name()
    assert len(set(ports.values())) == len(ports)


@pytest.mark.parametrize(
    ("offset", "named"),
    [
        (2000, "firestore on port 10080"),
        (1000, "hosting on port 6000"),
        (60, "functions on port 5061"),
        (1665, "functions on port 6666"),
    ],
)
def test_an_offset_to_a_blocked_port_is_refused_with_one_that_works(
    offset: int, named: str
) -> None:
    with pytest.raises(ValueError, match=named) as refused:
        Ports.at(offset)

    (instead,) = re.findall(r"example PARLEY_PORT_OFFSET=(\d+)", str(refused.value))
    assert not any(map(is_blocked, Ports.at(int(instead)).by_name().values()))


def test_the_refused_offsets_are_those_at_which_some_port_is_blocked() -> None:
    base = Ports().by_name().values()

    refused = {offset for offset in range(55_000) if not works(offset)}

    assert refused == {
        blocked - port for blocked in BLOCKED_PORTS for port in base if blocked >= port
    }


def test_the_blocked_ports_match_the_installed_fetch() -> None:
    told = subprocess.run(
        ["node", "-p", "require('undici/lib/web/fetch/constants.js').badPorts.join()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    # The standard has refused port 0 since 2024; a client library may be older.
    assert BLOCKED_PORTS - {0} == set(map(int, told.stdout.split(","))) - {0}


@pytest.mark.parametrize("offset", [60000, -4000])
def test_an_offset_that_leaves_the_range_names_the_port(offset: int) -> None:
    with pytest.raises(ValueError, match="on port"):
        Ports.at(offset)


def test_a_negative_offset_is_refused_by_the_stack_as_it_is_by_its_workers() -> None:
    with pytest.raises(ValueError, match="-1000 is negative"):
        Ports.at(-1000)


def test_a_suggested_offset_leads_to_free_usable_ports() -> None:
    offset = suggested_offset()

    moved = set(Ports.at(offset).by_name().values())
    assert all(map(is_free, moved))
    assert not moved & set(Ports().by_name().values()), "beside a stack without an offset"


def test_an_offset_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="'many'"):
        offset_from({"PARLEY_PORT_OFFSET": "many"})


def test_all_taken_ports_are_named_with_the_way_out() -> None:
    with socket.socket() as one, socket.socket() as other:
        for server in (one, other):
            server.bind(("127.0.0.1", 0))
            server.listen()
        wanted = {"auth": one.getsockname()[1], "hub": other.getsockname()[1]}
        with pytest.raises(PortsTaken, match="PARLEY_PORT_OFFSET") as raised:
            require_free({**wanted, "free": free_port()})
    assert raised.value.taken == wanted


def test_a_free_port_is_free_and_usable() -> None:
    port = free_port()

    assert is_free(port)
    assert not is_blocked(port)


def test_a_random_offset_never_leads_to_a_blocked_port() -> None:
    assert all(map(works, DRAWN_OFFSETS))


def test_no_two_stacks_at_drawn_offsets_share_a_port() -> None:
    ports = [port for offset in DRAWN_OFFSETS for port in Ports.at(offset).by_name().values()]
    assert len(set(ports)) == len(ports)


def test_a_free_offset_avoids_the_ports_of_outgoing_connections() -> None:
    ports = Ports.at(free_offset()).by_name().values()

    assert all(is_free(port) for port in ports)
    assert max(ports) < 32_768


def test_an_offset_that_was_drawn_just_now_is_not_drawn_again() -> None:
    drawn = {free_offset(random.Random(7)) for _ in range(3)}

    assert len(drawn) == 3


def test_a_drawn_port_is_free_and_belongs_to_no_stack_and_no_connection() -> None:
    lowest = min(
        min(Ports.at(offset).by_name().values()) for offset in DRAWN_OFFSETS if works(offset)
    )
    assert max(DRAWN_PORTS) < lowest < 32_768

    port = free_port(random.Random(7))
    assert port in DRAWN_PORTS
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        assert free_port(random.Random(7)) != port, "the same draw finds it taken"
