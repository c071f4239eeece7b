"""What staff see of a person's devices. Pure."""

from __future__ import annotations

from typing import Any

from schema import limits
from schema.base import present
from schema.push_tokens import PushTokens


def known_devices(tokens: PushTokens) -> list[dict[str, Any]]:
    """Return a person's devices, the one registered last first, at most as many as one may have.

    Tokens and installation ids are left out: both are addresses to push to.
    """
    registered = sorted(
        tokens.devices.items(), key=lambda held: (held[1].updated_at, held[0]), reverse=True
    )
    return [
        present(platform=device.platform, locale=device.locale, updated_at=device.updated_at)
        for _, device in registered[: limits.DEVICES]
    ]
