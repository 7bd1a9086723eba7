"""Amounts as people write them, and the sum of a return as rows that add up."""

from ledger_api.vocabulary import CURRENCY_DECIMALS

DEFAULT_DECIMALS = 2


def amount(minor: int, currency: str) -> str:
    """Minor units as an amount with its currency: 12840 EUR → 128.40 EUR, 500 JPY → 500 JPY."""
    return f"{figures(minor, currency)} {currency}"


def figures(minor: int, currency: str) -> str:
    """The amount alone; a minus sign, thousands in groups, exactly as many decimals as the currency has."""
    places = CURRENCY_DECIMALS.get(currency, DEFAULT_DECIMALS)
    whole, rest = divmod(abs(minor), 10**places)
    decimals = f".{rest:0{places}d}" if places else ""
    return f"{'−' if minor < 0 else ''}{whole:,}{decimals}"


def money_rows(state: dict) -> list[dict]:
    """Rows {label, minor, text, total}: from what was paid to what is still due; each total is the sum above it."""
    money, currency = state["money"], state["currency"]
    paid, asked = money["paid_minor"], money["requested_minor"]
    goods = money["net_minor"] + money["tax_minor"] + money["duty_minor"]
    fees = money["diminished_minor"] + money["restocking_minor"] + money["return_shipping_minor"]
    owed = goods - fees + money["delivery_minor"]
    rows = [
        ("Paid for the whole order", paid, True),
        ("Not part of this return", asked - paid, False),
        ("Asked back", asked, True),
        ("Not accepted so far", goods - asked, False),
        ("Accepted goods, with tax and duty", goods, True),
        ("Lost in value", -money["diminished_minor"], False),
        ("Restocking fee", -money["restocking_minor"], False),
        ("Return shipping", -money["return_shipping_minor"], False),
        ("Standard delivery", money["delivery_minor"], False),
        ("To be refunded", owed, True),
        ("Refunded so far", -money["earlier_minor"], False),
        ("More than was paid", -money["capped_minor"], False),
        ("Refunded beyond that", money["overpaid_minor"], False),
        ("Still due", money["due_minor"], True),
    ]
    return [
        {"label": label, "minor": minor, "text": figures(minor, currency), "total": total}
        for label, minor, total in rows
        if minor or total
    ]
