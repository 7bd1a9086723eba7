"""Whose turn it is, until when, then what: the Python twin of contracts/libraries/Deadlines.sol.

docs/reference/deadlines.md says it in a table. Pure; times are Unix seconds UTC, periods seconds.
"""

from dataclasses import dataclass

from ledger_api.vocabulary import Act, Consequence, Corroboration, Resolution, ReturnKind, ReturnStatus, Turner

LATE_SILENCE_APPROVES = 1  # Terms.choices, one bit each
LOSS_IS_BUYERS = 2
CLAIM_LIMIT_S = 72 * 3_600  # a clock starts at the claimed time if it lies at most this long before the recording
IN_MONEY = (Resolution.REFUND, Resolution.STORE_CREDIT)
IN_DISPUTE = (Turner.NOBODY, Act.DISPUTE, 0, Consequence.NONE)
LAPSED = (ReturnStatus.DECLINED, ReturnStatus.CANCELLED, ReturnStatus.EXPIRED)


@dataclass(frozen=True)
class Turn:
    """Who has to do what; `until` is the deadline, `enforceable_at` adds the grace."""

    who: Turner = Turner.NOBODY
    act: Act = Act.NONE
    until: int = 0
    enforceable_at: int = 0
    consequence: Consequence = Consequence.NONE
    needs: Corroboration = Corroboration.NONE


@dataclass
class Standing:
    """What the next turn depends on, besides the terms; pieces are sums over the return's lines."""

    status: ReturnStatus
    kind: ReturnKind
    resolution: Resolution
    opened_at: int
    since: int  # when the present clock started
    weak: bool = False  # late or a final sale
    reopened: bool = False
    sent_at: int | None = None  # None: no parcel with returned goods was named
    proven: bool = False  # a carrier or a document shows that it was sent
    replaced: bool = False
    given_back: bool = False
    contested: bool = False
    defaulted: bool = False
    disputed: bool = False  # a dispute is open; its lines are in none of the sums below
    ruled: bool = False  # an award took effect
    inspector: bool = False
    expected: int = 0
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    due_minor: int = 0

    @property
    def decided(self) -> int:
        return self.accepted + self.rejected


def clock_start(claimed: int, recorded_at: int) -> int:
    """When a clock starts that began with a claimed time; 0 claims nothing."""
    return claimed if recorded_at - CLAIM_LIMIT_S <= claimed < recorded_at else recorded_at


def turn_of(standing: Standing, terms: dict) -> Turn:
    """The present turn of a return under the terms of its policy version."""
    if standing.status in (ReturnStatus.CLOSED, ReturnStatus.NONE):
        return Turn()
    who, act, until, consequence = _step(standing, terms)
    if act is Act.DISPUTE:
        return Turn(act=act, needs=Corroboration.CLAIMED)
    shown = consequence is Consequence.ACCEPTED and act in (Act.RECEIVE, Act.REFUND)
    needs = Corroboration.DOCUMENTED if shown else Corroboration.CLAIMED
    return Turn(who, act, until, until + terms["grace_s"], consequence, needs)


def _step(s: Standing, terms: dict) -> tuple[Turner, Act, int, Consequence]:
    if s.status is ReturnStatus.REQUESTED:
        declines = s.weak and not terms["choices"] & LATE_SILENCE_APPROVES
        outcome = Consequence.DECLINED if declines else Consequence.APPROVED
        return Turner.SELLER, Act.ANSWER, s.since + terms["answer_s"], outcome
    if s.status is ReturnStatus.QUESTIONED:
        return Turner.BUYER, Act.SUPPLY, s.since + terms["supply_s"], Consequence.EXPIRED
    if s.status in LAPSED and s.disputed:
        return IN_DISPUTE
    if s.status in LAPSED:
        act, period = (Act.CONFIRM, "confirm_s") if s.reopened else (Act.REOPEN, "reopen_s")
        return Turner.BUYER, act, s.since + terms[period], Consequence.CLOSED
    return _of_outcome(s, terms) if s.decided == s.expected else _of_goods(s, terms)


def _of_goods(s: Standing, terms: dict) -> tuple[Turner, Act, int, Consequence]:
    """While goods are waited for or not decided about."""
    checker = Turner.INSPECTOR if s.inspector else Turner.SELLER
    lapse = Consequence.SHORT if s.received or s.disputed or s.ruled else Consequence.EXPIRED
    if s.kind is ReturnKind.WITHDRAWAL and not s.ruled and (s.proven or s.received):
        return Turner.SELLER, Act.REFUND, _pay_until(s, terms), Consequence.ACCEPTED
    if s.received > s.decided:
        return checker, Act.INSPECT, s.since + terms["inspect_s"], Consequence.ACCEPTED
    if s.sent_at is None:
        return Turner.BUYER, Act.SEND, s.since + terms["send_s"], lapse
    if not s.proven:
        lost = lapse
    else:
        lost = Consequence.SHORT if terms["choices"] & LOSS_IS_BUYERS else Consequence.ACCEPTED
    return checker, Act.RECEIVE, s.sent_at + terms["transit_s"], lost


def _of_outcome(s: Standing, terms: dict) -> tuple[Turner, Act, int, Consequence]:
    """Once all goods are decided about: money or replacement, what was rejected, the buyer's word."""
    in_money = s.resolution in IN_MONEY
    paying = s.since + terms["pay_s"]
    if s.contested and not s.defaulted:
        return Turner.SELLER, Act.PROVE, paying, Consequence.DEFAULTED
    if in_money and s.due_minor and not s.defaulted:
        statutory = s.kind is ReturnKind.WITHDRAWAL and not s.ruled
        until = _pay_until(s, terms) if statutory else paying
        return Turner.SELLER, Act.REFUND, until, Consequence.DEFAULTED
    if not in_money and s.accepted and not s.replaced:
        return Turner.SELLER, Act.REPLACE, paying, Consequence.REFUND_INSTEAD
    if s.rejected and not s.given_back:
        return Turner.SELLER, Act.GIVE_BACK, paying, Consequence.ACCEPTED
    if s.disputed:
        return IN_DISPUTE
    return Turner.BUYER, Act.CONFIRM, s.since + terms["confirm_s"], Consequence.CLOSED


def _pay_until(s: Standing, terms: dict) -> int:
    """Not before the goods were sent or arrived: until then the seller may withhold."""
    return max(s.opened_at + terms["pay_s"], s.since if s.sent_at is None else s.sent_at)
