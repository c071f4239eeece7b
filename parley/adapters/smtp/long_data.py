"""Send the data of a long email without holding up what else the process does.

aiosmtplib searches all of it twice by a pattern, which takes a second for 20 MB, and hands it to
the transport at once.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiosmtplib import SMTP, SMTPDataError, SMTPServerDisconnected

LONG: Final = 256 * 1024
"""Bytes from which on data goes out in pieces."""

_PIECE: Final = 256 * 1024
_START_INPUT: Final = 354
_COMPLETED: Final = 250


async def send_data(connection: SMTP, data: bytes) -> None:
    """Send the data of an email whose recipients were accepted; raise what aiosmtplib raises."""
    if len(data) < LONG or not _has_whole_line_ends(data):
        await connection.data(data)
        return
    start = await connection.execute_command(b"DATA")
    if start.code != _START_INPUT:
        raise SMTPDataError(start.code, start.message)
    protocol = connection.protocol
    if protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
    stuffed = (b"." if data.startswith(b".") else b"") + data.replace(b"\r\n.", b"\r\n..") + end
    sent = 0
    # Some servers answer before the end, and close.
    reading = asyncio.create_task(protocol.read_response(timeout=connection.timeout))
    try:
        while sent < len(stuffed) and not reading.done():
            protocol.write(stuffed[sent : sent + _PIECE])
            sent += _PIECE
            # The other tasks of the process get their turn.
            await asyncio.sleep(0)
        answer = await reading
    except BaseException:
        _drop(connection)
        raise
    finally:
        reading.cancel()
    if sent < len(stuffed):
        _drop(connection)
    if answer.code != _COMPLETED:
        raise SMTPDataError(answer.code, answer.message)


def _drop(connection: SMTP) -> None:
    """Close a connection at once: part of the data may still wait to be sent."""
    transport = connection.transport
    connection.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _has_whole_line_ends(data: bytes) -> bool:
    """Return whether no line ends with half of a line's end, which would have to be mended."""
    ends = data.count(b"\r\n")
    return data.count(b"\r") == ends and data.count(b"\n") == ends
