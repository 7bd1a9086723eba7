"""A return as it grows entry by entry: pure, so that server and verifier get the same case from the same facts.

The Python twin of contracts/base/ReturnBase.sol and its two parts. What the contract adds of its own to an entry (late,
value of accepted goods, due, what silence did) is computed here again; `Case.doubts` lists where the two differ.
"""

from dataclasses import dataclass, field

from ledger_api.rules import refund, return_awards
from ledger_api.rules.deadlines import Standing, Turn, clock_start, turn_of
from ledger_api.rules.entries import Entry
from ledger_api.rules.sale import EntriesOf, Sale, fees_of, of_ledger, sale_of
from ledger_api.vocabulary import (
    Act,
    Consequence,
    DisputeEnding,
    ParcelPurpose,
    ReasonCategory,
    Resolution,
    ReturnKind,
    ReturnStatus,
    Turner,
)

# --- The case ---------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One line of a return; pieces, but for what is said otherwise."""

    number: int
    price: refund.Price
    reason: int
    category: int
    requested: int
    expected: int  # approved, less what did not arrive
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    short: int = 0
    exception: int = 0  # reason why not all was approved
    grade: int = 0
    disposition: int = 0
    acceptances: list = field(default_factory=list)  # refund.Acceptance
    goods_minor: int = 0  # of the accepted pieces
    diminished_minor: int = 0
    held: tuple[int, int] | None = None  # in dispute: expected and diminished_minor as they were before
    decided: bool = False  # by a dispute that ended


@dataclass
class Case:
    """A return after some of its entries. Times are Unix seconds UTC."""

    subject: bytes
    sale: Sale
    opened: Entry
    status: ReturnStatus
    kind: ReturnKind
    resolution: Resolution
    lines: dict  # number → Line
    since: int
    inspector: int = 0
    sent_at: int | None = None
    documented: bool = False
    returnless: bool = False
    reopened: bool = False
    parcels: list = field(default_factory=list)  # ParcelAdded since it was opened, or goods were last to be sent anew
    receptions: list = field(default_factory=list)  # (GoodsReceived, the parcels then)
    replaced: bool = False
    given_back: bool = False
    contested: bool = False
    proved: bool = False
    defaulted: bool = False
    completes_order: bool = False
    refunded_minor: int = 0  # without goodwill
    escrowed_minor: int = 0  # of it, what the escrow paid
    dispute: bytes | None = None  # the open one
    disputed_by_buyer: bool = False
    ruled: bool = False
    extra_minor: int = 0  # awarded besides the lines
    costs_minor: int = 0  # the buyer's part of what disputes cost
    owed_minor: int = 0  # when it defaulted
    decided_at: int | None = None
    decline_reason: int | None = None
    closed_at: int | None = None
    by_kind: dict = field(default_factory=dict)  # name of an entry → entries
    late: list = field(default_factory=list)  # (entry, turn) of acts after their deadline
    doubts: list = field(default_factory=list)  # (entry, what does not follow)

    @property
    def weak(self) -> bool:
        """Late or a final sale: silence does not approve it."""
        return self.opened.values["late"] or self.opened.values["finalSale"]

    @property
    def free_lines(self) -> list[Line]:
        """Lines that no open dispute holds."""
        return [line for line in self.lines.values() if line.held is None]

    def breakdown(self, available_minor: int | None = None) -> refund.Breakdown:
        """What is due by the refund rule; `available_minor` is what could still be refunded, now if it is not given."""
        case = refund.RefundCase(
            lines=tuple(
                refund.ReturnedLine(
                    refund.Category(line.category), line.price, tuple(line.acceptances), line.diminished_minor
                )
                for line in self.lines.values()
            ),
            fees=fees_of(self.sale.terms),
            available_minor=self.sale.available_minor() if available_minor is None else available_minor,
            delivery_minor=self.sale.receipt["deliveryMinor"],
            statutory=self.kind is ReturnKind.WITHDRAWAL,
            whole_order=self.completes_order,
            extra_minor=self.extra_minor,
            costs_minor=self.costs_minor,
            earlier_minor=self.refunded_minor,
        )
        return refund.breakdown(case)

    def turn(self, entries_of: EntriesOf, at: int | None = None, available_minor: int | None = None) -> Turn:
        """Whose turn it is, now or at a moment, as far as carriers had spoken and refunds been paid by then."""
        lines = self.free_lines
        standing = Standing(
            status=self.status,
            kind=self.kind,
            resolution=self.resolution,
            opened_at=self.opened.recorded_at,
            since=self.since,
            weak=self.weak,
            reopened=self.reopened,
            sent_at=self.sent_at,
            proven=self.sent_at is not None and (self.documented or self._carrier_spoke(entries_of, at)),
            replaced=self.replaced,
            given_back=self.given_back,
            contested=self.contested,
            defaulted=self.defaulted,
            disputed=self.dispute is not None,
            ruled=self.ruled,
            inspector=bool(self.inspector),
            expected=sum(line.expected for line in lines),
            received=sum(line.received for line in lines),
            accepted=sum(line.accepted for line in lines),
            rejected=sum(line.rejected for line in lines),
            due_minor=self._due_minor(self.sale.available_minor(at) if available_minor is None else available_minor),
        )
        return turn_of(standing, self.sale.terms)

    def _due_minor(self, available_minor: int) -> int:
        return self.breakdown(available_minor).due_minor if self.status is ReturnStatus.APPROVED else 0

    def _carrier_spoke(self, entries_of: EntriesOf, at: int | None) -> bool:
        reports = (e for p in self.parcels for e in entries_of(p.values["parcel"]) if e.contract == "ParcelLedger")
        return any(at is None or e.recorded_at <= at for e in reports)

    def doubt(self, entry: Entry, words: str) -> None:
        self.doubts.append((entry, words))


def case_of(subject: bytes, entries_of: EntriesOf) -> Case | None:
    """The case that a return's entries give, None if there is no such return. Raises ValueError for nonsense."""
    entries = of_ledger(entries_of(subject))
    if not entries or entries[0].name != "ReturnOpened":
        return None
    case = _opened(subject, entries[0], sale_of(entries[0], entries_of))
    for entry in entries[1:]:
        turn = case.turn(entries_of, entry.recorded_at, entry.values.get("availableMinor"))
        if _act_of(entry) is turn.act and entry.recorded_at > turn.until:
            case.late.append((entry, turn))
        if entry.name == "RefundReleased":
            _refunded(case, entry, turn, _paid_by_escrow(entry, entries_of))
        elif entry.name == "DisputeResolved":
            _resolved(case, entry, turn, entries_of)
        else:
            _APPLY[entry.name](case, entry, turn)
        case.by_kind.setdefault(entry.name, []).append(entry)
    return case


def case_until(entry: Entry, entries_of: EntriesOf) -> Case:
    """The case just before one of its entries."""
    before = of_ledger(entries_of(entry.subject))
    before = before[: next(i for i, other in enumerate(before) if other is entry)]
    return case_of(entry.subject, lambda subject: before if subject == entry.subject else entries_of(subject))


_ANSWERS = {  # kind of entry → what it was that was waited for
    "ReturnApproved": Act.ANSWER,
    "ReturnDeclined": Act.ANSWER,
    "BuyerAsked": Act.ANSWER,
    "AnswerSupplied": Act.SUPPLY,
    "GoodsReceived": Act.RECEIVE,
    "GoodsInspected": Act.INSPECT,
    "RefundReleased": Act.REFUND,
    "OutcomeConfirmed": Act.CONFIRM,
    "OutcomeProved": Act.PROVE,
    "ReturnReopened": Act.REOPEN,
}
_PARCEL_ANSWERS = {
    ParcelPurpose.GOODS_RETURNED: Act.SEND,
    ParcelPurpose.REPLACEMENT: Act.REPLACE,
    ParcelPurpose.REPAIRED: Act.REPLACE,
    ParcelPurpose.GOODS_GIVEN_BACK: Act.GIVE_BACK,
}


def _act_of(entry: Entry) -> Act | None:
    if entry.name == "ParcelAdded":
        return _PARCEL_ANSWERS[ParcelPurpose(entry.values["purpose"])]
    return _ANSWERS.get(entry.name)


# --- Request ----------------------------------------------------------------------------------------------------------


def _opened(subject: bytes, entry: Entry, sale: Sale) -> Case:
    values = entry.values
    lines = {item["line"]: _line(item, sale) for item in values["lines"]}
    kind, late = ReturnKind(values["kind"]), _is_late(entry, sale)
    withdrawn = kind is ReturnKind.WITHDRAWAL and not late
    status = ReturnStatus.APPROVED if withdrawn else ReturnStatus.REQUESTED
    case = Case(subject, sale, entry, status, kind, Resolution(values["resolution"]), lines, entry.recorded_at)
    if withdrawn:
        case.decided_at = entry.recorded_at
    if values["late"] != late:
        case.doubt(entry, "whether it is late does not follow from the policy")
    if values["finalSale"] != _is_final_sale(case):
        case.doubt(entry, "whether it is a final sale does not follow from the receipt")
    return case


def _line(item: dict, sale: Sale) -> Line:
    category = sale.categories.get(item["reason"], 0)
    pieces = item["quantity"]
    return Line(item["line"], sale.prices[item["line"]], item["reason"], category, pieces, pieces)


def _is_late(opened: Entry, sale: Sale) -> bool:
    """Whether it was asked for after the window; without a stated delivery the window has not begun."""
    values, terms = opened.values, sale.terms
    if not values["deliveredAt"]:
        return False
    window_s = terms["window_s"]
    if values["kind"] == ReturnKind.WITHDRAWAL:
        window_s = terms["withdrawal_s"] + terms["grace_s"]
        window_s += 0 if sale.receipt["informed"] else terms["uninformed_s"]
    return opened.recorded_at > values["deliveredAt"] + window_s


def _is_final_sale(case: Case) -> bool:
    sold = case.sale.receipt["lines"]
    lines = case.lines.values()
    return any(sold[i.number]["finalSale"] and i.category == ReasonCategory.CHANGE_OF_MIND for i in lines)


# --- Decision and second thoughts -------------------------------------------------------------------------------------


def _enter(case: Case, status: ReturnStatus, at: int) -> None:
    case.status, case.since = status, at


def _lapse(case: Case, status: ReturnStatus, at: int) -> None:
    for line in case.free_lines:
        line.expected = 0
    _enter(case, status, at)


def _asked(case: Case, entry: Entry, turn: Turn) -> None:
    _enter(case, ReturnStatus.QUESTIONED, entry.recorded_at)


def _supplied(case: Case, entry: Entry, turn: Turn) -> None:
    _enter(case, ReturnStatus.REQUESTED, entry.recorded_at)


def _approved(case: Case, entry: Entry, turn: Turn) -> None:
    values = entry.values
    for exception in values["exceptions"]:
        line = case.lines[exception["line"]]
        line.expected, line.exception = exception["quantity"], exception["reason"]
    case.inspector, case.returnless, case.decided_at = values["inspector"], values["returnless"], entry.recorded_at
    _enter(case, ReturnStatus.APPROVED, entry.recorded_at)
    if values["returnless"]:
        _accept(case, entry, _undecided(case, expected=True))


def _declined(case: Case, entry: Entry, turn: Turn) -> None:
    case.decided_at, case.decline_reason = entry.recorded_at, entry.values["reason"]
    _lapse(case, ReturnStatus.DECLINED, entry.recorded_at)


def _cancelled(case: Case, entry: Entry, turn: Turn) -> None:
    _lapse(case, ReturnStatus.CANCELLED, entry.recorded_at)


def _reopened(case: Case, entry: Entry, turn: Turn) -> None:
    for line in case.lines.values():
        line.expected, line.exception = line.requested, 0
    # A parcel that was named before says nothing about what is sent now.
    case.reopened, case.sent_at, case.documented, case.parcels = True, None, False, []
    case.decided_at = case.decline_reason = None
    _enter(case, ReturnStatus.REQUESTED, entry.recorded_at)


# --- Goods ------------------------------------------------------------------------------------------------------------


def _parcel_added(case: Case, entry: Entry, turn: Turn) -> None:
    values = entry.values
    start = clock_start(values["sentAt"], entry.recorded_at)
    purpose = ParcelPurpose(values["purpose"])
    case.parcels.append(entry)
    if purpose is ParcelPurpose.GOODS_RETURNED:
        case.sent_at = start if case.sent_at is None else case.sent_at
        case.documented = case.documented or any(values["document"])
        return
    # Only the parcel that is waited for starts the next clock.
    if _PARCEL_ANSWERS[purpose] is turn.act:
        case.since = start
    if purpose is ParcelPurpose.GOODS_GIVEN_BACK:
        case.given_back = True
    else:
        case.replaced = True


def _received(case: Case, entry: Entry, turn: Turn) -> None:
    values = entry.values
    case.receptions.append((entry, list(case.parcels)))
    for item in values["lines"]:
        case.lines[item["line"]].received += item["quantity"]
    case.since = clock_start(values["receivedAt"], entry.recorded_at)
    if values["complete"]:
        _shorten(case)


def _shorten(case: Case) -> None:
    for line in case.free_lines:
        line.short += line.expected - line.received
        line.expected = line.received


def _inspected(case: Case, entry: Entry, turn: Turn) -> None:
    values = entry.values
    found = {}
    for item in values["lines"]:
        line = case.lines[item["line"]]
        line.rejected += item["rejected"]
        if item["rejected"]:
            case.given_back = False  # What was given back before cannot have been these.
        line.grade, line.disposition = item["grade"], item["disposition"]
        if item["accepted"]:
            found.setdefault(item["line"], []).append((item["accepted"], item["diminishedBasisPoints"]))
    _accept(case, entry, found)
    # The clock of goods that still wait for inspection runs from their arrival.
    if not any(line.received > line.accepted + line.rejected for line in case.free_lines):
        case.since = entry.recorded_at


def _undecided(case: Case, expected: bool) -> dict[int, list]:
    """Pieces of each line that nobody decided about: of those that arrived, or of all that are expected."""
    found = {}
    for line in case.free_lines:
        if expected:
            line.received = line.expected
        pieces = line.received - line.accepted - line.rejected
        if pieces:
            found[line.number] = [(pieces, 0)]
    return found


def _accept(case: Case, entry: Entry, found: dict[int, list]) -> None:
    """Accepts pieces; how many of the line were accepted before, over all returns, only the entry can say."""
    waiting = {number: list(items) for number, items in found.items()}
    for item in entry.values["accepted"]:
        line = case.lines[item["line"]]
        pieces, diminished = waiting.get(item["line"], [(0, 0)]).pop(0) if waiting.get(item["line"]) else (0, 0)
        if pieces != item["pieces"]:
            case.doubt(entry, f"the pieces accepted of line {item['line']} do not follow")
        acceptance = refund.Acceptance(item["before"], item["pieces"], diminished)
        goods_minor = sum(refund.goods(line.price, acceptance))
        value = goods_minor, refund.percentage(goods_minor, diminished)
        if value != (item["goodsMinor"], item["diminishedMinor"]):
            case.doubt(entry, f"the value of line {item['line']} does not follow from the refund rule")
        line.acceptances.append(acceptance)
        line.accepted += item["pieces"]
        line.goods_minor += goods_minor
        line.diminished_minor += refund.percentage(goods_minor, diminished)
    if any(waiting.values()):
        case.doubt(entry, "not all pieces that it accepts have their value")
    case.completes_order = entry.values["completesOrder"]


# --- Money and outcome ------------------------------------------------------------------------------------------------


def _paid_by_escrow(entry: Entry, entries_of: EntriesOf) -> bool:
    withdrawals = (other for other in entries_of(entry.subject) if other.name == "RefundWithdrawn")
    return any(other.request == entry.request for other in withdrawals)


def _refunded(case: Case, entry: Entry, turn: Turn, by_escrow: bool) -> None:
    values = entry.values
    due, available = values["dueMinor"], values["availableMinor"]
    if case.breakdown(available).due_minor != due:
        case.doubt(entry, "what was due does not follow from the refund rule")
    case.refunded_minor += values["amountMinor"]
    if by_escrow:
        case.escrowed_minor += values["amountMinor"]
        if values["amountMinor"] == due and _is_payment_awaited(case, turn):
            case.since = entry.recorded_at
        return
    # Money in advance, or instead of a replacement, starts no clock; a part of what is due does not put off the rest.
    settled = values["amountMinor"] >= due or values["amountMinor"] + values["goodwillMinor"] == available
    if due and settled and _is_payment_awaited(case, turn):
        case.since = clock_start(values["paidAt"], entry.recorded_at)


def _is_payment_awaited(case: Case, turn: Turn) -> bool:
    decided = all(line.expected == line.accepted + line.rejected for line in case.free_lines)
    return decided and turn.act in (Act.REFUND, Act.CONFIRM, Act.DISPUTE)


def _confirmed(case: Case, entry: Entry, turn: Turn) -> None:
    case.since = entry.recorded_at
    if entry.values["arrived"]:
        _close(case, entry)
    else:
        case.contested = True


def _proved(case: Case, entry: Entry, turn: Turn) -> None:
    case.contested, case.proved, case.since = False, True, entry.recorded_at


def _closed(case: Case, entry: Entry, turn: Turn) -> None:
    _close(case, entry)


def _close(case: Case, entry: Entry) -> None:
    case.status, case.closed_at = ReturnStatus.CLOSED, entry.recorded_at


# --- Silence ----------------------------------------------------------------------------------------------------------


def _enforced(case: Case, entry: Entry, turn: Turn) -> None:
    values, at = entry.values, entry.recorded_at
    act, consequence = Act(values["act"]), Consequence(values["consequence"])
    if (act, consequence) != (turn.act, turn.consequence):
        case.doubt(entry, "what silence did does not follow from the terms")
    elif at < turn.enforceable_at:
        case.doubt(entry, "silence was enforced before its time")
    case.since = at
    if consequence is Consequence.ACCEPTED:
        if act is Act.GIVE_BACK:
            for line in case.free_lines:
                line.rejected = 0
        _accept(case, entry, _undecided(case, expected=act is not Act.INSPECT))
    elif consequence is Consequence.SHORT:
        _shorten(case)
    elif consequence is Consequence.DEFAULTED:
        case.defaulted, case.owed_minor = True, values["owedMinor"]
    elif consequence is Consequence.REFUND_INSTEAD:
        case.resolution = Resolution.REFUND
    elif consequence is Consequence.CLOSED:
        _close(case, entry)
    elif consequence is Consequence.APPROVED:
        case.decided_at = at
        _enter(case, ReturnStatus.APPROVED, at)
    else:
        declined = consequence is Consequence.DECLINED
        case.decided_at = at if declined else case.decided_at
        _lapse(case, ReturnStatus.DECLINED if declined else ReturnStatus.EXPIRED, at)


# --- Disputes ---------------------------------------------------------------------------------------------------------

_UNDECIDED = (DisputeEnding.WITHDRAWN, DisputeEnding.REFUSED)


def _begun(case: Case, entry: Entry, turn: Turn) -> None:
    return_awards.hold(case, entry.values)


def _resolved(case: Case, entry: Entry, turn: Turn, entries_of: EntriesOf) -> None:
    values, award = entry.values, entry.values["award"]
    if values["dispute"] != case.dispute:
        case.doubt(entry, "no such dispute was open")
    case.dispute = None
    available_minor = values["availableMinor"]
    if values["applies"]:
        available_minor += award["unpaidMinor"]
        # Goods that are still waited for keep their clocks.
        goes_on = turn.act <= Act.INSPECT
        _take_award(case, entry, award)
    else:
        withdrawn = values["ending"] == DisputeEnding.WITHDRAWN
        return_awards.let_go(case, award, values["ending"] not in _UNDECIDED, withdrawn)
        now = case.turn(entries_of, entry.recorded_at, available_minor)
        goes_on = _goes_on(case, turn, now, withdrawn)
    if not goes_on:
        case.since = entry.recorded_at
    if case.breakdown(available_minor).due_minor != values["dueMinor"]:
        case.doubt(entry, "what is due does not follow from the refund rule")
    if values["payUntil"] != (entry.recorded_at + case.sale.terms["pay_s"] if values["applies"] else 0):
        case.doubt(entry, "the day of the debt does not follow from the terms")


def _take_award(case: Case, entry: Entry, award: dict) -> None:
    more = {given["line"]: given["accepted"] - case.lines[given["line"]].accepted for given in award["lines"]}
    anew = return_awards.begin_award(case, award)
    _accept(case, entry, {number: [(pieces, 0)] for number, pieces in more.items() if pieces})
    return_awards.finish_award(case, award, entry.values["costsMinor"], entry.recorded_at, anew)


def _goes_on(case: Case, before: Turn, now: Turn, withdrawn: bool) -> bool:
    """Whether the present clock ran all the time, though a dispute was open: who takes his own back wins no time."""
    if now.act is before.act:
        return not case.disputed_by_buyer or before.act is not Act.INSPECT
    return withdrawn and not case.disputed_by_buyer and now.who is not Turner.BUYER


def _inspector_named(case: Case, entry: Entry, turn: Turn) -> None:
    case.inspector = entry.values["inspector"]


def _said(case: Case, entry: Entry, turn: Turn) -> None:
    """A message changes nothing."""


_APPLY = {
    "SilenceEnforced": _enforced,
    "DisputeBegun": _begun,
    "InspectorNamed": _inspector_named,
    "MessageSent": _said,
    "BuyerAsked": _asked,
    "AnswerSupplied": _supplied,
    "ReturnApproved": _approved,
    "ReturnDeclined": _declined,
    "ReturnCancelled": _cancelled,
    "ReturnReopened": _reopened,
    "ParcelAdded": _parcel_added,
    "GoodsReceived": _received,
    "GoodsInspected": _inspected,
    "OutcomeConfirmed": _confirmed,
    "OutcomeProved": _proved,
    "ReturnClosed": _closed,
}
