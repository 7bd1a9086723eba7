"""What a dispute does to a return: holds its lines, lets them go, gives effect to an award. Pure.

The Python twin of contracts/ReturnDisputes.sol. `case` is a `return_case.Case`, an award the struct of that name.
"""

from ledger_api.errors import InvalidField
from ledger_api.rules import refund
from ledger_api.vocabulary import ReasonCategory, Resolution, ReturnStatus

IN_GOODS = (Resolution.REPLACEMENT, Resolution.REPAIR)


def hold(case, values: dict) -> None:
    """Takes the lines of the claim out of the ordinary process; what the seller contests is not due meanwhile."""
    case.dispute, case.disputed_by_buyer = values["dispute"], values["byBuyer"]
    for claimed in values["claim"]["lines"]:
        line = case.lines[claimed["line"]]
        line.held = (line.expected, line.diminished_minor)
        line.expected = max(line.expected, pieces_of(claimed))
        if not values["byBuyer"]:
            line.diminished_minor = max(line.diminished_minor, _diminished_by(line, claimed))


def pieces_of(awarded: dict) -> int:
    """Pieces of a line that a claim, an offer or a ruling names."""
    return awarded["accepted"] + awarded["rejected"] + awarded["awaited"]


def _diminished_by(line, awarded: dict) -> int:
    return refund.percentage(line.goods_minor, refund.ALL_BASIS_POINTS - awarded["awardBasisPoints"])


def let_go(case, claim: dict, decided: bool, withdrawn: bool) -> None:
    """Everything becomes as it was before the dispute; what arrived meanwhile is here."""
    due_again = False
    for claimed in claim["lines"]:
        line = case.lines[claimed["line"]]
        expected, diminished_minor = line.held
        due_again = due_again or line.diminished_minor != diminished_minor
        line.diminished_minor = diminished_minor
        line.expected, line.held = max(expected, line.received), None
        line.decided = line.decided or decided
    # What the seller contested is due again, though he left the rest unpaid meanwhile.
    if due_again and not withdrawn and not case.contested:
        case.defaulted = False


def check_award(case, award: dict) -> None:
    """Raises InvalidField unless an award could take effect: what the contract refuses, with the field's name."""
    _at_most("award.unpaidMinor", award["unpaidMinor"], case.refunded_minor - case.escrowed_minor)
    _at_most("award.extraMinor", award["extraMinor"], case.sale.paid_minor)
    _at_most("award.buyerCostBasisPoints", award["buyerCostBasisPoints"], refund.ALL_BASIS_POINTS)
    for index, given in enumerate(award["lines"]):
        line, field = case.lines[given["line"]], f"award.lines[{index}]"
        _at_most(field, pieces_of(given), line.expected)
        if given["accepted"] < line.accepted:
            raise InvalidField(f"{field}.accepted", f"must be at least {line.accepted}: so many were accepted before")
        _at_most(f"{field}.awardBasisPoints", given["awardBasisPoints"], refund.ALL_BASIS_POINTS)
        _at_most(f"{field}.category", given["category"], ReasonCategory.CARRIER_FAULT)


def _at_most(field: str, given: int, limit: int) -> None:
    if given > limit:
        raise InvalidField(field, f"is {given}, can be at most {int(limit)}")


def begin_award(case, award: dict) -> bool:
    """The lines stand as an award says, but for the value of pieces that it accepts besides.

    Returns whether pieces are to be sent anew: earlier parcels then say nothing.
    """
    anew = any(given["awaited"] for given in award["lines"])
    anew = anew and not any(line.received < line.expected for line in case.free_lines)
    if case.resolution in IN_GOODS and case.replaced:
        # From here on the return is for money: what nobody disputed and was replaced is worth none.
        case.completes_order = False
        for line in case.free_lines:
            line.diminished_minor = line.goods_minor
    for given in award["lines"]:
        line = case.lines[given["line"]]
        if given["rejected"] > line.rejected:
            case.given_back = False
        line.expected, line.received = pieces_of(given), given["accepted"] + given["rejected"]
        line.rejected, line.category = given["rejected"], given["category"] or line.category
        line.held, line.decided = None, not given["awaited"]
    return anew


def finish_award(case, award: dict, costs_minor: int, at: int, anew: bool) -> None:
    """The value of the lines, and a debt of its own day, in money."""
    for given in award["lines"]:
        line = case.lines[given["line"]]
        line.diminished_minor = _diminished_by(line, given)
    case.extra_minor += award["extraMinor"]
    case.costs_minor += costs_minor
    case.refunded_minor -= award["unpaidMinor"]
    case.ruled, case.contested, case.proved, case.defaulted = True, False, False, False
    case.owed_minor, case.resolution = 0, Resolution.REFUND
    if case.status is not ReturnStatus.APPROVED:
        case.status, case.decided_at, case.decline_reason = ReturnStatus.APPROVED, at, None
    if anew:
        case.sent_at, case.documented, case.parcels = None, False, []
