"""The benchmark of SMS runs, at a size that says nothing about speed.

A run raises unless the stand-in accepted each SMS once.
"""

from __future__ import annotations

import pytest

from bench.sms_sending import send_by_parley, send_by_threads

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("delay_ms", [0, 50])
async def test_both_contestants_have_every_sms_accepted_once(delay_ms: int) -> None:
    for figures in (await send_by_parley(300, delay_ms), await send_by_threads(300, delay_ms)):
        assert figures["rate"] > 0
        assert figures["cpu"] > 0
