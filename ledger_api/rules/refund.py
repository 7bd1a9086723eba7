"""What a seller owes for a return, and how it comes about. Twin of contracts/libraries/RefundRule.sol.

The rule stands in docs/reference/refund.md; its examples are the tests of both. All money is whole minor units of one
currency, all goods are whole pieces. Standard library only: the contracts' tests load this file by its path.
"""

from dataclasses import dataclass
from enum import IntEnum

ALL_BASIS_POINTS = 10_000
MAX_LINES = 50
MAX_QUANTITY = 2**24 - 1
MAX_AMOUNT_MINOR = 2**48 - 1
MAX_SUM_MINOR = 2**64 - 1  # of many amounts; far above what 50 lines can add up to


class Category(IntEnum):
    """Who is behind a reason; zero is reserved."""

    CHANGE_OF_MIND = 1
    SELLER_FAULT = 2
    CARRIER_FAULT = 3


# ------------------------------------------------------------------ what goes in


def _check(holder: object, low: int, high: int, *names: str) -> None:
    """Raises ValueError naming the first field that is no whole number from `low` to `high`."""
    for name in names:
        value = getattr(holder, name)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}, and is {value!r}")


@dataclass(frozen=True)
class Price:
    """One line of a receipt: totals over all its pieces. Raises ValueError naming an impossible field."""

    quantity: int  # pieces, at least one
    net_minor: int  # without tax, before discounts
    discount_minor: int = 0  # the line's share of discounts; at most net_minor
    tax_minor: int = 0
    duty_minor: int = 0

    def __post_init__(self) -> None:
        _check(self, 1, MAX_QUANTITY, "quantity")
        _check(self, 0, MAX_AMOUNT_MINOR, "net_minor", "tax_minor", "duty_minor")
        _check(self, 0, self.net_minor, "discount_minor")

    @property
    def components(self) -> tuple[int, int, int]:
        """What was paid for all pieces: net after discounts, tax, duty."""
        return self.net_minor - self.discount_minor, self.tax_minor, self.duty_minor


@dataclass(frozen=True)
class Acceptance:
    """Pieces of one line that an inspection accepted. Raises ValueError naming an impossible field."""

    before: int  # pieces of the line accepted earlier, over all returns of the receipt
    pieces: int  # at least one
    diminished_basis_points: int = 0  # 10,000 = worth nothing any more

    def __post_init__(self) -> None:
        _check(self, 0, MAX_QUANTITY, "before")
        _check(self, 1, MAX_QUANTITY, "pieces")
        _check(self, 0, ALL_BASIS_POINTS, "diminished_basis_points")


@dataclass(frozen=True)
class ReturnedLine:
    """One line of a return; without acceptances it counts for nothing. Raises ValueError naming an impossible field."""

    category: Category
    price: Price
    acceptances: tuple[Acceptance, ...] = ()  # in the order in which they were recorded
    diminished_minor: int | None = None  # as a dispute says; None: the sum over the acceptances

    def __post_init__(self) -> None:
        if self.category not in list(Category):
            raise ValueError(f"category must be from 1 to 3, and is {self.category!r}")
        accepted = 0
        for acceptance in self.acceptances:
            if acceptance.before < accepted:
                raise ValueError(f"before must be at least {accepted}, and is {acceptance.before}")
            accepted = acceptance.before + acceptance.pieces
        if accepted > self.price.quantity:
            raise ValueError(f"pieces reach {accepted} of a quantity of {self.price.quantity}")


@dataclass(frozen=True)
class Fees:
    """What a policy lets the seller keep. Raises ValueError naming an impossible field."""

    restocking_change_of_mind_basis_points: int = 0
    restocking_seller_fault_basis_points: int = 0
    restocking_carrier_fault_basis_points: int = 0
    return_shipping_change_of_mind_minor: int = 0
    return_shipping_seller_fault_minor: int = 0
    return_shipping_carrier_fault_minor: int = 0
    refunds_delivery: bool = False  # also of a change of mind that is no statutory withdrawal

    def __post_init__(self) -> None:
        for category in Category:
            name = category.name.lower()
            _check(self, 0, ALL_BASIS_POINTS, f"restocking_{name}_basis_points")
            _check(self, 0, MAX_AMOUNT_MINOR, f"return_shipping_{name}_minor")

    @property
    def restocking_basis_points(self) -> dict[Category, int]:
        """Of the goods less their diminished value."""
        return {
            Category.CHANGE_OF_MIND: self.restocking_change_of_mind_basis_points,
            Category.SELLER_FAULT: self.restocking_seller_fault_basis_points,
            Category.CARRIER_FAULT: self.restocking_carrier_fault_basis_points,
        }

    @property
    def return_shipping_minor(self) -> dict[Category, int]:
        """Once per return."""
        return {
            Category.CHANGE_OF_MIND: self.return_shipping_change_of_mind_minor,
            Category.SELLER_FAULT: self.return_shipping_seller_fault_minor,
            Category.CARRIER_FAULT: self.return_shipping_carrier_fault_minor,
        }


@dataclass(frozen=True)
class RefundCase:
    """Everything that a refund depends on. Raises ValueError naming an impossible field."""

    lines: tuple[ReturnedLine, ...]
    fees: Fees
    available_minor: int  # what the buyer paid, less refunds of all returns of the receipt
    delivery_minor: int = 0  # the standard delivery of the order, tax included
    statutory: bool = False  # a withdrawal that the law grants
    whole_order: bool = False  # with this return every piece of the order is accepted
    extra_minor: int = 0  # what the seller adds freely, or a ruling awards besides the lines
    earlier_minor: int = 0  # refunds of this return so far
    costs_minor: int = 0  # the buyer's part of the cost of a dispute

    def __post_init__(self) -> None:
        if len(self.lines) > MAX_LINES:
            raise ValueError(f"lines must be at most {MAX_LINES}, and are {len(self.lines)}")
        _check(self, 0, MAX_AMOUNT_MINOR, "delivery_minor", "extra_minor")
        _check(self, 0, MAX_SUM_MINOR, "costs_minor")
        _check(self, 0, MAX_SUM_MINOR, "earlier_minor", "available_minor")


# ------------------------------------------------------------------ what comes out


@dataclass(frozen=True)
class Breakdown:
    """A refund in its parts, minor units, none below zero.

    net + tax + duty − diminished − restocking − return shipping + delivery + extra − costs − earlier − capped +
    overpaid is due.
    """

    net_minor: int
    tax_minor: int
    duty_minor: int
    diminished_minor: int
    restocking_minor: int
    return_shipping_minor: int
    delivery_minor: int
    extra_minor: int
    costs_minor: int  # as far as there is something to deduct it from
    earlier_minor: int
    capped_minor: int  # above what is left of what the buyer paid
    overpaid_minor: int  # earlier refunds above what is owed
    due_minor: int


def paid_minor(prices: list[Price], delivery_minor: int) -> int:
    """What the buyer paid for a whole order."""
    return sum(sum(price.components) for price in prices) + delivery_minor


def share(total_minor: int, before: int, pieces: int, quantity: int) -> int:
    """What `pieces` are worth of a total when `before` of the quantity are cut off already.

    All pieces together give exactly the total, however they are divided. Raises ValueError if there are no such pieces.
    """
    if not 0 <= before <= before + pieces <= quantity or quantity == 0:
        raise ValueError(f"pieces {before} to {before + pieces} are not among a quantity of {quantity}")
    up_to_here, up_to_there = (total_minor * cut // quantity for cut in (before, before + pieces))
    return up_to_there - up_to_here


def percentage(amount_minor: int, basis_points: int) -> int:
    """A part of an amount, rounded down: in the buyer's favour, as it is deducted."""
    return amount_minor * basis_points // ALL_BASIS_POINTS


def goods(price: Price, acceptance: Acceptance) -> tuple[int, int, int]:
    """Net, tax and duty of accepted pieces, minor units, each shared by itself."""
    net, tax, duty = (share(total, acceptance.before, acceptance.pieces, price.quantity) for total in price.components)
    return net, tax, duty


@dataclass(frozen=True)
class _AcceptedLine:
    """One line of a return, summed over its acceptances; minor units."""

    category: Category
    components: tuple[int, int, int]
    diminished: int

    @property
    def left(self) -> int:
        return sum(self.components) - self.diminished


def _accepted_line(line: ReturnedLine) -> _AcceptedLine:
    shares = [goods(line.price, acceptance) for acceptance in line.acceptances]
    reductions = [
        percentage(sum(amounts), acceptance.diminished_basis_points)
        for amounts, acceptance in zip(shares, line.acceptances, strict=True)
    ]
    net, tax, duty = (sum(component) for component in zip(*shares, strict=True))
    diminished = sum(reductions) if line.diminished_minor is None else line.diminished_minor
    return _AcceptedLine(line.category, (net, tax, duty), diminished)


def breakdown(case: RefundCase) -> Breakdown:
    """What is owed now for a return, in its parts."""
    lines = [_accepted_line(line) for line in case.lines if line.acceptances]
    categories = {line.category for line in lines}
    rates = case.fees.restocking_basis_points
    restocking = 0 if case.statutory else sum(percentage(line.left, rates[line.category]) for line in lines)
    left = sum(line.left for line in lines) - restocking
    lowest_fee = min((case.fees.return_shipping_minor[category] for category in categories), default=0)
    shipping = min(lowest_fee, left)
    delivery = case.delivery_minor if _gives_delivery_back(case, categories) else 0
    owed = left - shipping + delivery + case.extra_minor
    costs = min(case.costs_minor, owed)
    balance = owed - costs - case.earlier_minor
    due = min(max(balance, 0), case.available_minor)
    return Breakdown(
        net_minor=sum(line.components[0] for line in lines),
        tax_minor=sum(line.components[1] for line in lines),
        duty_minor=sum(line.components[2] for line in lines),
        diminished_minor=sum(line.diminished for line in lines),
        restocking_minor=restocking,
        return_shipping_minor=shipping,
        delivery_minor=delivery,
        extra_minor=case.extra_minor,
        costs_minor=costs,
        earlier_minor=case.earlier_minor,
        capped_minor=max(balance, 0) - due,
        overpaid_minor=max(-balance, 0),
        due_minor=due,
    )


def _gives_delivery_back(case: RefundCase, categories: set[Category]) -> bool:
    """Only with the whole order: always by law, else unless a change of mind is among it and the policy keeps it."""
    if not case.whole_order or not categories:
        return False
    return case.statutory or Category.CHANGE_OF_MIND not in categories or case.fees.refunds_delivery
