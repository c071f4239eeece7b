"""Prices of SMS: the table, and the file that replaces it."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pytest

from parley.adapters.price_file import read_prices
from parley.domain.delivery.sms_prices import LIST_PRICES, InvalidPrices, SmsPrices
from parley.settings import SettingsError


def test_a_message_costs_its_segments() -> None:
    assert LIST_PRICES.price("US", 1) == 0.0083
    assert LIST_PRICES.price("US", 3) == 0.0249
    assert LIST_PRICES.micros("US", 3) == 24_900


def test_an_unknown_country_costs_the_most() -> None:
    assert LIST_PRICES.price("ZW", 2) == LIST_PRICES.price(None, 2) == 0.9
    assert max(LIST_PRICES.by_country.values()) == LIST_PRICES.default


def test_the_table_names_countries_by_their_codes() -> None:
    assert set(LIST_PRICES.by_country) <= set(phonenumbers.SUPPORTED_REGIONS)
    assert all(0 < price < 1 for price in LIST_PRICES.by_country.values())


def test_a_file_replaces_the_table(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text('{"US": 0.01, "default": 0.2}')
    prices = read_prices(str(file))
    assert prices == SmsPrices({"US": 0.01}, 0.2)
    assert prices.price("DE", 2) == 0.4
    assert read_prices(None) is LIST_PRICES


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{", "it is no JSON"),
        ("[]", "it must be a map"),
        ('{"US": 0.01}', "default is missing"),
        ('{"USA": 0.01, "default": 1}', "'USA' is no country"),
        ('{"US": -1, "default": 1}', "the price of US must be 0 to 10 US dollars and is -1"),
        ('{"US": "1", "default": 1}', "the price of US must be"),
        ('{"US": true, "default": 1}', "the price of US must be"),
        ('{"US": NaN, "default": 1}', "the price of US must be"),
        ('{"US": 1, "default": 100}', "the price of default must be"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidPrices, match=wrong.replace("(", r"\(")):
        SmsPrices.read(text)
    file = tmp_path / "prices.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"PARLEY_SMS_PRICES=.*Correct the file or unset it"):
        read_prices(str(file))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        read_prices(str(tmp_path / "none.json"))
