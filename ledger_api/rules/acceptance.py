"""What would be due if pieces of a return were accepted now, by the refund rule; nothing is changed. Pure."""

import copy

from ledger_api.rules import refund
from ledger_api.rules.dispute_state import accepted_so_far
from ledger_api.rules.return_case import Case, case_of
from ledger_api.rules.sale import EntriesOf


def due_after(return_id: bytes, found: dict[int, tuple[int, int]], entries_of: EntriesOf) -> refund.Breakdown:
    """`found`: line → (pieces accepted besides, basis points of value that they lost)."""
    case = case_of(return_id, entries_of)
    before = accepted_so_far(case, entries_of)
    case.lines = {number: copy.copy(line) for number, line in case.lines.items()}
    for number, (pieces, diminished) in found.items():
        if pieces:
            _accept(case.lines[number], refund.Acceptance(before[number], pieces, diminished))
            before[number] += pieces
    if any(pieces for pieces, _ in found.values()):
        case.completes_order = all(before[number] == price.quantity for number, price in enumerate(case.sale.prices))
    return case.breakdown()


def due_if_all_is_fit(return_id: bytes, entries_of: EntriesOf) -> refund.Breakdown:
    """The same if everything that is expected is accepted at its full value."""
    return due_after(return_id, _undecided(case_of(return_id, entries_of)), entries_of)


def _undecided(case: Case) -> dict[int, tuple[int, int]]:
    return {line.number: (line.expected - line.accepted - line.rejected, 0) for line in case.free_lines}


def _accept(line, acceptance: refund.Acceptance) -> None:
    goods_minor = sum(refund.goods(line.price, acceptance))
    line.acceptances = [*line.acceptances, acceptance]
    line.accepted += acceptance.pieces
    line.goods_minor += goods_minor
    line.diminished_minor += refund.percentage(goods_minor, acceptance.diminished_basis_points)
