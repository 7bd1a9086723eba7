"""What a buyer can still return of a purchase, until when, and what he would get: before he asks. Pure.

docs/reference/refund.md says how a refund comes about, docs/reference/deadlines.md when a request counts as late.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_api.rules import refund
from ledger_api.rules.return_case import Case, case_of
from ledger_api.rules.sale import EntriesOf, Sale, fees_of, sale_of_receipt, sibling_ids
from ledger_api.vocabulary import ReasonCategory, Resolution, ReturnKind

CLAIMED = "ReceiptClaimed"


@dataclass(frozen=True)
class Left:
    """Pieces of one line of a purchase."""

    line: int
    sold: int
    returning: int  # in a return that goes on or went well
    accepted: int
    final_sale: bool

    @property
    def pieces(self) -> int:
        """That can still be asked for."""
        return self.sold - self.returning


@dataclass(frozen=True)
class Purchase:
    """A claimed receipt with its returns."""

    sale: Sale
    returns: tuple[Case, ...]  # oldest first

    @property
    def fees(self) -> refund.Fees:
        """What the seller may keep."""
        return fees_of(self.sale.terms)

    @property
    def next_number(self) -> int:
        """Number of the next return."""
        return len(self.returns) + 1

    @property
    def delivered_at(self) -> int | None:
        """The latest time of delivery that buyer or seller stated, Unix seconds UTC; it starts the window."""
        stated = [entry.values["deliveredAt"] for entry in self.sale.statements]
        stated += [case.opened.values["deliveredAt"] for case in self.returns]
        return max(stated, default=0) or None

    @property
    def resolutions(self) -> list[Resolution]:
        """What the seller's terms offer."""
        offered = self.sale.terms["resolutions"]
        return [item for item in Resolution if item and offered >> item & 1]

    @property
    def lines(self) -> list[Left]:
        """Every line of the receipt."""
        return [self._left(number, sold) for number, sold in enumerate(self.sale.receipt["lines"])]

    def _left(self, number: int, sold: dict) -> Left:
        mine = [case.lines[number] for case in self.returns if number in case.lines]
        returning, accepted = (sum(getattr(line, name) for line in mine) for name in ("expected", "accepted"))
        return Left(number, sold["quantity"], returning, accepted, sold["finalSale"])

    def ends_at(self, kind: ReturnKind, delivered_at: int | None = None) -> int | None:
        """Until when a request is not late, Unix seconds UTC; None: the window has not begun."""
        delivered = max(delivered_at or 0, self.delivered_at or 0)
        if not delivered:
            return None
        terms = self.sale.terms
        if kind is not ReturnKind.WITHDRAWAL:
            return delivered + terms["window_s"]
        more_s = 0 if self.sale.receipt["informed"] else terms["uninformed_s"]
        return delivered + terms["withdrawal_s"] + terms["grace_s"] + more_s

    def expected_refund(self, kind: ReturnKind, asked: Mapping[int, tuple[int, int]]) -> refund.Breakdown:
        """What is due if all that is asked for is accepted as it was sold; line → (pieces, category).

        Raises ValueError where so many pieces are not left.
        """
        return refund.breakdown(
            refund.RefundCase(
                lines=tuple(self._asked(number, *wanted) for number, wanted in sorted(asked.items())),
                fees=self.fees,
                available_minor=self.sale.available_minor(),
                delivery_minor=self.sale.receipt["deliveryMinor"],
                statutory=kind is ReturnKind.WITHDRAWAL,
                whole_order=self._completes(asked),
            )
        )

    def _asked(self, number: int, pieces: int, category: int) -> refund.ReturnedLine:
        acceptance = refund.Acceptance(self.lines[number].accepted, pieces)
        return refund.ReturnedLine(refund.Category(category), self.sale.prices[number], (acceptance,))

    def _completes(self, asked: Mapping[int, tuple[int, int]]) -> bool:
        return all(left.accepted + asked.get(left.line, (0, 0))[0] == left.sold for left in self.lines)

    def is_final(self, asked: Mapping[int, tuple[int, int]]) -> bool:
        """Whether something is asked back for a change of mind that was sold as final."""
        lines = self.lines
        mind = ReasonCategory.CHANGE_OF_MIND
        return any(lines[number].final_sale and category == mind for number, (_, category) in asked.items())


def purchase_of(receipt: bytes, entries_of: EntriesOf) -> Purchase | None:
    """The purchase of a receipt, None if nobody claimed it. Raises ValueError for nonsense."""
    claimed = next(iter(entries_of(receipt)), None)
    if claimed is None or claimed.name != CLAIMED:
        return None
    cases = (case_of(subject, entries_of) for subject in sibling_ids(receipt, entries_of))
    return Purchase(sale_of_receipt(receipt, entries_of), tuple(case for case in cases if case is not None))
