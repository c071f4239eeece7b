"""Open gRPC channels to Google's own hosts, as the transports of Google's clients do.

The transports load the clients beside them. What they call for a channel is loaded here with the
first channel, since none on a local stack leads to Google.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc

PLATFORM_SCOPE = "https://www.googleapis.com/auth/cloud-platform"

Options = Sequence[tuple[str, Any]]


def open_google_channel(host: str, scope: str, options: Options) -> grpc.aio.Channel:
    """Return a channel with this machine's default credentials; call it within the event loop."""
    from google.api_core.grpc_helpers_async import create_channel

    return create_channel(
        host, default_scopes=(PLATFORM_SCOPE, scope), default_host=host, options=options
    )


def open_google_channel_blocking(host: str, scope: str, options: Options) -> grpc.Channel:
    """Return the same, whose calls block a thread."""
    from google.api_core.grpc_helpers import create_channel

    return create_channel(
        host, default_scopes=(PLATFORM_SCOPE, scope), default_host=host, options=options
    )
