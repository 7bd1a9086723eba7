"""What the sides of a dispute and the arbitrators do, and a dispute at each of its stages."""

from dataclasses import dataclass

from eth_abi import encode
from eth_utils import keccak
from world import (
    ARBITRATORS,
    CARRIER,
    EVIDENCE_S,
    INSPECTOR,
    REPLACEMENT_SENT,
    SELLER,
    TOO_LARGE,
    WORD,
    Call,
    Log,
    Sale,
    World,
)

NO_STAGE, INQUIRY, ANSWERED, UNDER_REVIEW, RULED, APPEALED, ENDED = range(7)
NOT_YET, SETTLED, WITHDRAWN, BY_RULING, ON_APPEAL, REFUSED_TO, BY_DEFAULT = range(7)  # how it ended
REFUSED, AWARDED, DISMISSED = range(3)  # verdicts
# Whose turn it is, what is waited for, and what silence then means.
NOBODY, BUYERS, SELLERS, ARBITRATORS_TURN, PANELS, EITHERS = range(6)
NOTHING, TO_ANSWER, TO_ESCALATE, TO_RULE, TO_APPEAL, TO_RULE_ON_APPEAL = range(6)
NO_EFFECT, ESCALATED, LAPSED, PASSED, DEFAULTED, FINAL = range(6)
REFUND_SHORT, NOT_PAID, INSPECTION = 1, 2, 3  # grounds
LIMIT = 3  # disputes of each side of a return
ALL = 10_000  # basis points
OPENER_SEED, OTHER_SEED = b"\x51" * WORD, b"\x52" * WORD
STATEMENT, REASONS = b"\x53" * WORD, b"\x54" * WORD
EMPTY = (0, 0, 0, [])
TRACKING = b"\x0c" * WORD
PARCELS = [(CARRIER, TRACKING)]  # where that is the only one of a return
# What is due of the disputed return below, as line 0 is worth that many percent.
DUE = {100: 2_536, 85: 2_202, 60: 1_644, 0: 304}


def line(number=0, accepted=0, rejected=0, awaited=0, award=ALL, category=0) -> tuple:
    return (number, accepted, rejected, awaited, award, category)


def award(*lines, extra=0, unpaid=0, costs=0) -> tuple:
    """`costs` is the buyer's part, in basis points."""
    return (extra, unpaid, costs, list(lines))


CLAIM = award(line(0, 2))  # Both pieces of line 0 in full.
SCRATCHED = award(line(0, 2, award=8_500))
SELLERS_CLAIM = award(line(0, 2, award=0))  # They are worth nothing any more.


@dataclass(frozen=True)
class Case:
    """One dispute of the first return of a sale."""

    sale: Sale
    id: bytes
    by_buyer: bool
    opening: bytes  # digest of the request

    @property
    def return_id(self) -> bytes:
        return self.sale.return_id()


# --- Requests and calls -----------------------------------------------------------------------------------------------


def seed_hash(seed: bytes) -> bytes:
    return keccak(encode(["bytes32"], [seed]))


def dispute_id(sale: Sale, number: int = 1) -> bytes:
    return keccak(encode(["bytes32", "uint32"], [sale.return_id(), number]))


def side(by_buyer: bool) -> int:
    return 0 if by_buyer else SELLER


def key_of(world: World, sale: Sale, by_buyer: bool, kind: str = "secp256k1"):
    return sale.buyer if by_buyer else world.key(SELLER, kind)


def opening(sale, claim=CLAIM, by_buyer=True, number=1, ground=INSPECTION, seed=OPENER_SEED, parcels=(), **changes):
    """The request."""
    participant = changes.get("participant", side(by_buyer))
    return (sale.return_id(), number, participant, ground, STATEMENT, seed_hash(seed), claim, list(parcels))


def open_dispute(world: World, sale: Sale, *claim, by_buyer=True, key=None, nonce=None, **changes) -> Call:
    request = opening(sale, *claim, by_buyer=by_buyer, **changes)
    return world.act("openDispute", request, key or key_of(world, sale, by_buyer), nonce=nonce)


def does(world: World, case: Case, action: str, by_buyer: bool, *values, key=None, **options) -> Call:
    """An act of one side."""
    request = (case.id, side(by_buyer), *values)
    return world.act(action, request, key or key_of(world, case.sale, by_buyer), **options)


def answer(world: World, case: Case, **options) -> Call:
    return does(world, case, "answerDispute", not case.by_buyer, STATEMENT, OTHER_SEED, **options)


def offer(world: World, case: Case, by_buyer: bool, given: tuple, **options) -> Call:
    return does(world, case, "makeOffer", by_buyer, STATEMENT, given, **options)


def accept(world: World, case: Case, by_buyer: bool, made: bytes, **options) -> Call:
    return does(world, case, "acceptOffer", by_buyer, made, **options)


def escalate(world: World, case: Case, seed: bytes = OPENER_SEED, **options) -> Call:
    return does(world, case, "escalateDispute", case.by_buyer, seed, **options)


def withdraw(world: World, case: Case, **options) -> Call:
    return does(world, case, "withdrawDispute", case.by_buyer, **options)


def appeal(world: World, case: Case, by_buyer: bool = True, **options) -> Call:
    return does(world, case, "appealRuling", by_buyer, STATEMENT, **options)


def evidence(world: World, case: Case, by_buyer: bool = True, kind: int = 1, **options) -> Call:
    return does(world, case, "submitEvidence", by_buyer, kind, world.fresh(), **options)


def rule(world: World, case: Case, given=SCRATCHED, verdict=AWARDED, by=None, key=None, **options) -> Call:
    by = by or arbitrator_of(world, case)
    request = (case.id, by, verdict, given, REASONS)
    return world.act("giveRuling", request, key or world.key(by), **options)


def recuse(world: World, case: Case, by=None, key=None, **options) -> Call:
    by = by or arbitrator_of(world, case)
    return world.act("recuseArbitrator", (case.id, by), key or world.key(by), **options)


def rule_on_appeal(world: World, case: Case, keys: list, given=SCRATCHED, verdict=AWARDED, **options) -> Call:
    return world.act("givePanelRuling", (case.id, verdict, given, REASONS), keys, **options)


def enforce(world: World, case: Case) -> Call:
    return world.encode("DisputeDesk", "enforce", case.id)


def silence(world: World, case: Case) -> list[Log]:
    """What silence does in its first second: an entry of the dispute, and one of the return if it ended."""
    world.next_at(turn(world, case)[4])
    return world.do(enforce(world, case))


# --- Reading ----------------------------------------------------------------------------------------------------------


def turn(world: World, case: Case) -> tuple:
    """who, act, from, until, enforceable at, consequence."""
    return world.read("DisputeDesk", "turnOf", case.id)


def standing(world: World, case: Case) -> tuple:
    """stage, ending."""
    return world.read("DisputeDesk", "standingOf", case.id)[:2]


def arbitrator_of(world: World, case: Case) -> int:
    return world.read("DisputeDesk", "standingOf", case.id)[3]


def draw(case: Case, opener_seed: bytes = OPENER_SEED, other_seed: bytes = OTHER_SEED) -> bytes:
    return keccak(encode(["bytes32"] * 3, [case.id, opener_seed, seed_hash(other_seed)]))


def lot(drawn: bytes, number: int) -> bytes:
    return keccak(encode(["bytes32", "uint256"], [drawn, number]))


def picked(left: list[int], lot: bytes) -> int:
    """Whom a lot takes of those who are left, in roster order."""
    return left[int.from_bytes(lot, "big") % len(left)]


def panel_of(case: Case, first: int) -> list[int]:
    """The panel that both seeds give once `first` had the case."""
    left, panel = [a for a in ARBITRATORS if a != first], []
    for seat in range(3):
        panel.append(picked(left, lot(draw(case), seat)))
        left.remove(panel[-1])
    return panel


# --- Stages -----------------------------------------------------------------------------------------------------------


def scratched(world: World, kind: str = "secp256k1", **terms) -> Sale:
    """A return whose line 0 the inspector found worth 60 %; the seller has to pay."""
    sale = world.claimed(kind, version=world.policy(**terms)) if terms else world.claimed(kind)
    world.do(world.open(sale, [(0, 2, TOO_LARGE), (1, 1, TOO_LARGE)]))
    world.do(world.approve(sale, inspector=INSPECTOR))
    world.do(world.receive(sale))
    world.do(world.inspect(sale, [(0, 2, 0, 4_000, 2, 1), (1, 1, 0, 0, 1, 1)]))
    return sale


def disputed(world: World, sale: Sale, *claim, by_buyer: bool = True, number: int = 1, **changes) -> Case:
    """A dispute is open over that return."""
    nonce, request = world.fresh_nonce(), opening(sale, *claim, by_buyer=by_buyer, number=number, **changes)
    world.do(world.act("openDispute", request, key_of(world, sale, by_buyer), nonce=nonce))
    digest = world.digest("DisputeDesk", "OpenDispute", request, nonce)
    return Case(sale, dispute_id(sale, number), by_buyer, digest)


def opened(world: World, by_buyer: bool = True, kind: str = "secp256k1", **terms) -> Case:
    claim = CLAIM if by_buyer else SELLERS_CLAIM
    return disputed(world, scratched(world, kind, **terms), claim, by_buyer=by_buyer)


def answered(world: World, *args, **options) -> Case:
    case = opened(world, *args, **options)
    world.do(answer(world, case))
    return case


def reviewed(world: World, *args, **options) -> Case:
    case = answered(world, *args, **options)
    world.do(escalate(world, case))
    return case


def heard(world: World, *args, **options) -> Case:
    """The time for evidence is over."""
    case = reviewed(world, *args, **options)
    world.pass_time(EVIDENCE_S)
    return case


def ruled(world: World, *args, given=SCRATCHED, verdict=AWARDED, **options) -> Case:
    case = heard(world, *args, **options)
    world.do(rule(world, case, given, verdict))
    return case


def appealed(world: World, *args, **options) -> Case:
    case = ruled(world, *args, **options)
    world.do(appeal(world, case))
    return case


def ended(world: World, *args, **options) -> Case:
    """Nobody appealed."""
    case = ruled(world, *args, **options)
    silence(world, case)
    return case


STAGES = {
    INQUIRY: opened,
    ANSWERED: answered,
    UNDER_REVIEW: reviewed,
    RULED: ruled,
    APPEALED: appealed,
    ENDED: ended,
}


def decide(world: World, case: Case, given=EMPTY, verdict=AWARDED) -> Log:
    """Brings an open dispute to the end with a ruling; what the return's history says of it."""
    world.do(answer(world, case))
    world.do(escalate(world, case))
    world.pass_time(EVIDENCE_S)
    world.do(rule(world, case, given, verdict))
    return silence(world, case)[-1]


def settle(world: World, case: Case, given: tuple) -> Log:
    """The seller offers, the buyer accepts; what the return's history says of it."""
    nonce = world.fresh_nonce()
    world.do(offer(world, case, False, given, nonce=nonce))
    request = (case.id, SELLER, STATEMENT, given)
    made = world.digest("DisputeDesk", "MakeOffer", request, nonce)
    return world.do(accept(world, case, True, made))[-1]


# --- Returns ----------------------------------------------------------------------------------------------------------


def from_seller(world, sale, purpose):
    return world.seller_does("addParcel", sale, SELLER, purpose, CARRIER, TRACKING, 0, bytes(WORD))


def for_resolution(world, resolution, replaced=False):
    sale = world.claimed()
    world.do(world.open(sale, resolution=resolution))
    world.do(world.approve(sale))
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    if replaced:
        world.do(from_seller(world, sale, REPLACEMENT_SENT))
    return sale


def accepted_of(log):
    return [accepted[:3] for accepted in log.values["accepted"]]
