"""Read the operator's prices of SMS from a file."""

from __future__ import annotations

from pathlib import Path

from parley.domain.delivery.sms_prices import LIST_PRICES, InvalidPrices, SmsPrices
from parley.settings import SettingsError


def read_prices(path: str | None) -> SmsPrices:
    """Return the prices in a file, or the table that Parley comes with.

    Raise ``SettingsError`` for a file that is missing or wrong.
    """
    if path is None:
        return LIST_PRICES
    try:
        return SmsPrices.read(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InvalidPrices) as error:
        raise SettingsError(
            f"PARLEY_SMS_PRICES={path!r} cannot be used: {error}. Correct the file or unset it."
        ) from error
