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
    """Rows {label, minor, text, total}: from what was paid to what was refunded; each total is the sum above it."""
    money, currency = state["money"], state["currency"]
    units = [
        (line, line["unit_net_minor"] + line["unit_tax_minor"] + line["unit_duty_minor"]) for line in state["lines"]
    ]
    rejected = sum(line["rejected"] * unit for line, unit in units)
    paid, asked = money["paid_minor"], money["requested_minor"]
    accepted, refunded = money["accepted_minor"], money["refunded_minor"]
    pending_label = "Refunded beyond what was accepted" if refunded > accepted else "Not refunded so far"
    rows = [
        ("Paid for the whole order", paid, True),
        ("Not part of this return", asked - paid, False),
        ("Asked back", asked, True),
        ("Not accepted", -rejected, False),
        ("Not decided yet", accepted + rejected - asked, False),
        ("Accepted", accepted, True),
        (pending_label, refunded - accepted, False),
        ("Refunded", refunded, True),
    ]
    return [
        {"label": label, "minor": minor, "text": figures(minor, currency), "total": total}
        for label, minor, total in rows
        if minor or total
    ]
