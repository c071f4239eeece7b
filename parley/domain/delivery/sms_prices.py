"""What an SMS costs, by country: for previews and for a service's daily cap. Pure.

Twilio's prices differ by network, by sender and by contract, and change. The table below holds
estimates, rounded up, of its list prices for one segment in US dollars. An operator replaces it by
a file (``PARLEY_SMS_PRICES``) with prices of their own account.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MICROS = 1_000_000
"""Prices are summed in millionths of a dollar, as whole numbers."""

DEFAULT = "default"
"""The entry of a price file for all countries that it does not name."""

_HIGHEST = 10.0


class InvalidPrices(ValueError):
    """A price file that cannot be used; the message names the entry and the way out."""


@dataclass(frozen=True, slots=True)
class SmsPrices:
    """Prices of one segment in US dollars, by ISO 3166 code; ``default`` for other countries."""

    by_country: Mapping[str, float]
    default: float

    def price(self, country: str | None, segments: int) -> float:
        """Return the price of a message in US dollars."""
        return self.micros(country, segments) / MICROS

    def micros(self, country: str | None, segments: int) -> int:
        """Return the price of a message in millionths of a US dollar."""
        each = self.by_country.get(country or "", self.default)
        return round(each * MICROS) * segments

    @classmethod
    def read(cls, text: str) -> SmsPrices:
        """Read a price file: ``{"US": 0.0083, ..., "default": 0.15}``."""
        try:
            entries = json.loads(text)
        except ValueError as error:
            raise InvalidPrices(f"it is no JSON: {error}") from error
        if not isinstance(entries, dict):
            raise InvalidPrices('it must be a map, such as {"US": 0.0083, "default": 0.15}')
        prices = {str(country): _price(country, price) for country, price in entries.items()}
        if DEFAULT not in prices:
            raise InvalidPrices(f"{DEFAULT} is missing; it is the price for all other countries")
        default = prices.pop(DEFAULT)
        return cls(prices, default)


def _price(country: str, price: object) -> float:
    # The metadata of numbers is 3 MiB; only an operator's own prices are checked against it.
    from phonenumbers import SUPPORTED_REGIONS

    if country != DEFAULT and country not in SUPPORTED_REGIONS:
        raise InvalidPrices(f"{country!r} is no country; write its ISO 3166 code, such as DE")
    if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price <= _HIGHEST:
        raise InvalidPrices(
            f"the price of {country} must be 0 to {_HIGHEST:g} US dollars and is {price!r}"
        )
    return float(price)


LIST_PRICES: Final = SmsPrices(
    {
        "US": 0.0083, "CA": 0.0083, "PR": 0.0083, "MX": 0.07, "BR": 0.07, "AR": 0.08, "CL": 0.07,
        "CO": 0.06, "PE": 0.12, "EC": 0.18, "UY": 0.08, "CR": 0.05, "DO": 0.08, "GT": 0.10,
        "PA": 0.10, "JM": 0.18, "GB": 0.055, "GG": 0.055, "JE": 0.055, "IM": 0.055, "IE": 0.09,
        "DE": 0.12, "AT": 0.10, "CH": 0.09, "FR": 0.085, "BE": 0.12, "NL": 0.12, "LU": 0.10,
        "ES": 0.09, "PT": 0.06, "IT": 0.10, "VA": 0.10, "SM": 0.12, "DK": 0.06, "SE": 0.065,
        "NO": 0.075, "SJ": 0.075, "FI": 0.10, "AX": 0.10, "IS": 0.10, "PL": 0.05, "CZ": 0.075,
        "SK": 0.09, "HU": 0.10, "RO": 0.09, "BG": 0.12, "GR": 0.10, "CY": 0.10, "MT": 0.09,
        "HR": 0.10, "SI": 0.12, "RS": 0.14, "XK": 0.14, "BA": 0.12, "ME": 0.10, "MK": 0.10,
        "AL": 0.12, "EE": 0.10, "LV": 0.08, "LT": 0.05, "UA": 0.16, "TR": 0.05, "IL": 0.25,
        "AE": 0.10, "SA": 0.13, "QA": 0.16, "KW": 0.20, "EG": 0.25, "MA": 0.13, "TN": 0.25,
        "ZA": 0.12, "NG": 0.40, "KE": 0.20, "GH": 0.35, "IN": 0.09, "PK": 0.40, "BD": 0.40,
        "LK": 0.35, "NP": 0.20, "CN": 0.07, "HK": 0.085, "TW": 0.085, "JP": 0.09, "KR": 0.06,
        "SG": 0.06, "MY": 0.30, "TH": 0.035, "ID": 0.45, "PH": 0.25, "VN": 0.15, "KH": 0.25,
        "AU": 0.055, "NZ": 0.12,
    },
    default=0.45,
)  # fmt: skip
"""The default is the highest price of the table, so that a cap stops early rather than late."""
