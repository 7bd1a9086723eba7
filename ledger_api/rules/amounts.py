"""Amounts as people write them. Pure."""

from ledger_api.texts import decimal_mark, grouped
from ledger_api.vocabulary import CURRENCY_DECIMALS

DEFAULT_DECIMALS = 2


def amount(minor: int, currency: str) -> str:
    """Minor units as an amount with its currency: 12840 EUR → 128.40 EUR, 500 JPY → 500 JPY."""
    return f"{figures(minor, currency)} {currency}"


def figures(minor: int, currency: str) -> str:
    """The amount alone; a minus sign, thousands in groups, exactly as many decimals as the currency has."""
    places = CURRENCY_DECIMALS.get(currency, DEFAULT_DECIMALS)
    whole, rest = divmod(abs(minor), 10**places)
    decimals = f"{decimal_mark()}{rest:0{places}d}" if places else ""
    return f"{'−' if minor < 0 else ''}{grouped(whole)}{decimals}"
