"""The form with which an arbitrator rules: what it asks for each line in dispute, and the ruling that it makes."""

import re

from ledger_api.errors import InvalidField
from ledger_api.pages.acts import Errors
from ledger_api.rules.amounts import DEFAULT_DECIMALS
from ledger_api.rules.awards import ALL, award, awarded
from ledger_api.rules.case_money import ruling_table
from ledger_api.rules.dispute_case import DisputeCase
from ledger_api.rules.dispute_state import award_json
from ledger_api.rules.dispute_words import award_words
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.return_case import Case
from ledger_api.rules.wording import percent
from ledger_api.texts import _, decimal_mark, mark, marked
from ledger_api.vocabulary import CURRENCY_DECIMALS, Verdict

VERDICTS = {  # value of the form → what it says
    "awarded": mark("The buyer gets something: as entered below"),
    "dismissed": mark("The claim is not right: all stays as it was, for good"),
    "refused": mark("I refuse to arbitrate: all stays as it was before the dispute"),
}
SAID = {  # verdict → the same once it is chosen
    Verdict.AWARDED: mark("The buyer gets what stands above"),
    Verdict.DISMISSED: mark("The claim is not right: all stays as it was, for good"),
    Verdict.REFUSED: mark("You refuse to arbitrate: all stays as it was before the dispute"),
}
FAULTS = {  # category → whose fault it was; decides the fees
    0: mark("as it was"),
    1: mark("a change of mind"),
    2: mark("the seller’s fault"),
    3: mark("the carrier’s fault"),
}
PIECES = ("accepted", "rejected", "awaited")
DECIMAL = re.compile(r"(\d{1,12})(?:[.,](\d{1,3}))?")


def lines_of(case: DisputeCase, rma: Case, articles: list[str] | None = None) -> list[dict]:
    """Each line in dispute with what the form starts from: the pieces of the claim, and no value yet.

    `articles` names all lines of the receipt, where that is known.
    """
    claimed = case.claim["lines"]
    return [
        {
            "line": given["line"],
            "item": given["line"] + 1,  # People count from one.
            "article": articles[given["line"]] if articles else "",
            "most": rma.lines[given["line"]].expected,
            "least": rma.lines[given["line"]].accepted,
            "claim": percent(given["awardBasisPoints"]),
            **{name: given[name] for name in PIECES},
        }
        for given in claimed
    ]


def verdicts(in_panel: bool) -> dict:
    """What can be chosen: a panel does not refuse, as the first ruling stands if it does not rule."""
    return {name: words for name, words in VERDICTS.items() if not in_panel or name != "refused"}


def verdict_of(form, errors: Errors, among: dict) -> Verdict | None:
    """What was chosen."""
    chosen = form.get("verdict", "")
    if chosen not in among:
        errors.add("verdict", _("Choose what you rule."))
        return None
    return Verdict[chosen.upper()]


def award_of(form, verdict: Verdict | None, case: DisputeCase, rma: Case, errors: Errors) -> dict:
    """What the ruling gives, as it is signed; empty unless it gives something."""
    if verdict is not Verdict.AWARDED:
        return award()
    places = CURRENCY_DECIMALS.get(_currency(case), DEFAULT_DECIMALS)
    lines = [_line(form, line, errors) for line in lines_of(case, rma)]
    return award(
        *lines,
        extra_minor=_decimal(form, "extra", places, errors),
        unpaid_minor=_decimal(form, "unpaid", places, errors),
        buyer_cost_basis_points=_percent(form, "buyer_cost", errors, "0"),
    )


def _currency(case: DisputeCase) -> str:
    return case.sale.receipt["currency"].rstrip(b"\0").decode("ascii", "replace")


def _line(form, line: dict, errors: Errors) -> dict:
    number, most = line["line"], line["most"]
    least = {"accepted": line["least"], "rejected": 0, "awaited": 0}
    pieces = {name: errors.whole(form, f"{name}-{number}", least[name], most) for name in PIECES}
    if sum(pieces.values()) > most:
        words = _("Together these are more than the %(most)s pieces of this item.", most=most)
        errors.add(f"accepted-{number}", words)
    value = _percent(form, f"percent-{number}", errors) if pieces["accepted"] else ALL
    category = form.get(f"fault-{number}", "0")
    category = int(category) if category in map(str, FAULTS) else 0
    return awarded(number, **pieces, basis_points=value, category=category)


def _percent(form, name: str, errors: Errors, empty: str = "") -> int:
    """Basis points of a percentage."""
    points = _scaled(form.get(name, "").strip() or empty, 2)
    if points is None or points > ALL:
        example = f"12{decimal_mark()}5"
        errors.add(name, _("Enter a percentage from 0 to 100, such as 85 or %(example)s.", example=example))
        return 0
    return points


def _decimal(form, name: str, places: int, errors: Errors) -> int:
    """Minor units of an amount; nothing is zero."""
    minor = _scaled(form.get(name, "").strip() or "0", places)
    if minor is None:
        example = f"12{decimal_mark()}50" if places else "12"
        errors.add(name, _("Enter an amount, such as %(example)s.", example=example))
        return 0
    return minor


def _scaled(text: str, places: int) -> int | None:
    """A decimal number times ten to the power of `places`; None if it is none, or has more decimals."""
    found = DECIMAL.fullmatch(text)
    if found is None or len(found[2] or "") > places:
        return None
    return int(found[1]) * 10**places + int((found[2] or "0").ljust(places, "0") or "0")


# --- What it would do -------------------------------------------------------------------------------------------------


def effect(case: DisputeCase, verdict: Verdict, given: dict, entries_of, errors: Errors) -> dict | None:
    """{words, table}: what would follow, by the refund rule; None with an error if it could not take effect."""
    currency = _currency(case)
    if verdict is not Verdict.AWARDED:
        words = _("All stays as it was before the dispute. A ruling that awards nothing costs nothing.")
        return {"words": [words], "table": None, "currency": currency}
    try:
        table = ruling_table(case, given, entries_of, currency)
    except InvalidField as error:
        path = error.extras["field"]
        errors.add(_field_of(path, given), _refused(path))
        return None
    return {"words": award_words(award_json(given), currency, costs=True), "table": table, "currency": currency}


def _field_of(path: str, given: dict) -> str:
    """The field of the form for a path such as award.lines[0].accepted."""
    index = re.search(r"\[(\d+)\]", path)
    if index is None:
        names = {"unpaidMinor": "unpaid", "extraMinor": "extra", "buyerCostBasisPoints": "buyer_cost"}
        return names.get(path.rsplit(".", 1)[-1], "verdict")
    return f"accepted-{given['lines'][int(index[1])]['line']}"


_REFUSED = {
    "unpaidMinor": mark("More cannot count as not paid than the seller says that it paid."),
    "extraMinor": mark("More than the whole purchase cost cannot be awarded besides."),
}


def _refused(path: str) -> str:
    words = _REFUSED.get(path.rsplit(".", 1)[-1])
    return marked(words) if words else _("These pieces are not among those of the return.")


def reasons_of(form, errors: Errors) -> bytes:
    """The commitment to the reasons, which the browser kept before it sent the form."""
    if not form.get("reasons_text", "").strip():
        errors.add("reasons_text", _("Write down your reasons: both sides read them."))
        return bytes(32)
    try:
        kept = bytes_of(form.get("reasons", ""))
    except ValueError:
        kept = b""
    if len(kept) != 32:
        errors.add("reasons_text", _("Your reasons were not kept here. Send the form again."))
        return bytes(32)
    return kept
