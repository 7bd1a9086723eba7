"""What is written to a buyer by e-mail: (subject, text), in the language in use. Pure."""

from ledger_api.documents.sales import Sale
from ledger_api.pages.disputed import awaited_dispute
from ledger_api.pages.phrases import joined
from ledger_api.pages.standing import standing
from ledger_api.pages.turns import turn_words
from ledger_api.rules.amounts import amount
from ledger_api.rules.times import counted, day, moment
from ledger_api.rules.wording import NameOf, reason_words
from ledger_api.texts import _

SUBJECT_LIMIT = 200  # characters


def buyers_turn(state: dict) -> dict | None:
    """{act, until} while the buyer is waited for; None else."""
    dispute = awaited_dispute(state)
    turn = state["turn"] if dispute is None else dispute["turn"]
    if turn["who"] not in ("buyer", "either") or turn["until"] is None:
        return None
    # After a second refusal there is nothing left to say; the return only waits until it closes.
    return None if state["status"] in ("declined", "cancelled", "expired") and turn["act"] == "confirm" else turn


def _letter(subject: str, *paragraphs: str) -> tuple[str, str]:
    return subject[:SUBJECT_LIMIT], "\n\n".join(part for part in paragraphs if part) + "\n"


def asked(state: dict, sale: Sale, name: NameOf, page: str) -> tuple[str, str]:
    """The acknowledgement: content and time of what was asked, to be kept."""
    seller, order = name(state["seller"]), sale.particulars.order
    withdraws = state["kind"] == "withdrawal"
    if withdraws:
        subject = _("Your withdrawal from order %(order)s is recorded", order=order)
        said = _(
            "You have withdrawn from the sale of these items of order %(order)s from %(seller)s:",
            order=order,
            seller=seller,
        )
    else:
        subject = _("Your request to return items of order %(order)s is recorded", order=order)
        said = _("You asked %(seller)s to take back these items of order %(order)s:", order=order, seller=seller)
    lines = "\n".join(f"– {_line(sale, line)}" for line in state["lines"])
    when = _("It was recorded on %(when)s.", when=moment(state["opened_at"]))
    keep = _("Keep this message. The return stands here:")
    return _letter(subject, said, lines, when, _next(state, name), f"{keep}\n{page}")


def _line(sale: Sale, line: dict) -> str:
    articles, number = sale.particulars.articles, line["line"]
    article = articles[number].name if number < len(articles) else _("Item %(number)s", number=number + 1)
    pieces = counted(line["requested"], "piece")
    return _(
        "%(pieces)s of %(article)s. Why: %(reason)s",
        pieces=pieces,
        article=article,
        reason=reason_words(line["reason"]),
    )


def _next(state: dict, name: NameOf) -> str:
    words = turn_words(state, name, state["opened_at"])
    if not words["who"] or words["plural"]:
        return words["advice"]
    return _("%(who)s has until %(when)s to %(act)s.", who=words["who"], when=day(words["until"]), act=words["act"])


def turn(state: dict, name: NameOf, now: int, page: str) -> tuple[str, str]:
    """The buyer's turn has begun."""
    first, more = standing(state, name, now)
    return _letter(first, joined(first, more), _until(state, name, now), _link(page))


def reminder(state: dict, name: NameOf, now: int, page: str) -> tuple[str, str]:
    """His time is nearly over."""
    words = turn_words(state, name, now)
    first, more = standing(state, name, now)
    return _letter(
        _("Reminder: %(left)s", left=words["left"]), joined(first, more), _until(state, name, now), _link(page)
    )


def _until(state: dict, name: NameOf, now: int) -> str:
    words = turn_words(state, name, now)
    when = moment(words["until"])
    until = _("You have until %(when)s to %(act)s: %(left)s.", when=when, act=words["act"], left=words["left"])
    then = _("After that, %(then)s.", then=words["then"]) if words["then"] else ""
    return joined(until, then, words["advice"])


def _link(page: str) -> str:
    go_on = _("Go on here, in the browser in which you keep your purchase:")
    return f"{go_on}\n{page}"


def paid(state: dict, refund: dict, name: NameOf, now: int, page: str) -> tuple[str, str]:
    """The seller says that it paid, and until when the buyer can say whether it came."""
    seller = name(state["seller"])
    sum_ = amount(refund["amount_minor"] + refund["goodwill_minor"], state["currency"])
    subject = _("%(seller)s has paid %(amount)s", seller=seller, amount=sum_)
    said = _(
        "%(seller)s says that it paid you %(amount)s on %(day)s.",
        seller=seller,
        amount=sum_,
        day=day(refund["paid_at"]),
    )
    banks = _("Banks may take some days. If it does not come, say so in time.")
    turn = buyers_turn(state)
    can_say = turn is not None and turn["act"] == "confirm" and now < turn["until"]
    until = _until(state, name, now) if can_say else ""
    return _letter(subject, joined(said, banks), until, _link(page))
