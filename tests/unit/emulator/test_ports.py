import socket

import pytest

from emulator.ports import (
    Ports,
    PortsTaken,
    free_offset,
    free_port,
    is_free,
    offset_from,
    require_free,
)


def test_without_an_offset_the_ports_are_the_contracts() -> None:
    ports = Ports.from_environment({})
    assert (ports.firestore, ports.auth, ports.functions, ports.pubsub) == (8080, 9099, 5001, 8085)
    assert (ports.hosting, ports.hub, ports.logging) == (5000, 4400, 4500)
    assert (ports.fcm, ports.twilio, ports.smtp, ports.smtp_web) == (9970, 9971, 9972, 9973)


def test_an_offset_moves_every_port() -> None:
    base = Ports().by_name()
    moved = Ports.from_environment({"PARLEY_PORT_OFFSET": "1000"}).by_name()
    assert moved == {name: port + 1000 for name, port in base.items()}


def test_no_two_parts_share_a_port() -> None:
    ports = Ports().by_name()
    assert len(set(ports.values())) == len(ports)


@pytest.mark.parametrize("offset", [60000, -4000])
def test_an_offset_that_leaves_the_range_names_the_port(offset: int) -> None:
    with pytest.raises(ValueError, match="on port"):
        Ports.at(offset)


def test_an_offset_that_is_no_number_is_named() -> None:
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


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


def test_a_free_offset_puts_no_port_where_outgoing_connections_are_given_theirs() -> None:
    ports = Ports.at(free_offset()).by_name().values()

    assert all(is_free(port) for port in ports)
    assert max(ports) < 32_768
