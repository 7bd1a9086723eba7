"""Every stage in which a return waits for somebody: who, for what, until when, and what silence then means."""

from collections.abc import Callable
from dataclasses import dataclass

from world import (
    ANSWER,
    ANSWER_S,
    APPROVED,
    BECOMES_ACCEPTED,
    BECOMES_APPROVED,
    BECOMES_CLOSED,
    BECOMES_DECLINED,
    BECOMES_DEFAULTED,
    BECOMES_EXPIRED,
    BECOMES_SHORT,
    BUYER,
    CARRIER,
    CLOSED,
    CONFIRM,
    CONFIRM_S,
    DAY,
    DECLINED,
    EXPIRED,
    FINAL_SALE,
    GIVE_BACK,
    GOODS_GIVEN_BACK,
    INSPECT,
    INSPECT_S,
    LATE_SILENCE_APPROVES,
    LINES,
    LOSS_IS_BUYERS,
    OF_INSPECTOR,
    OF_SELLER,
    PAY,
    PAY_S,
    PROVE,
    RECEIVE,
    REFUND_INSTEAD,
    REOPEN,
    REOPEN_S,
    REPAIR,
    REPAIRED,
    REPLACE,
    REPLACEMENT,
    REPLACEMENT_SENT,
    SELLER,
    SEND,
    SEND_S,
    STORE_CREDIT,
    SUPPLY,
    SUPPLY_S,
    TRANSIT_S,
    WINDOW_S,
    WORD,
    Call,
    Sale,
    World,
)

CLAIMED, DOCUMENTED = 1, 2  # how well a fact is supported
FULL = (0, 2), (1, 1)
ALL_REJECTED = [(0, 0, 2, 0, 5, 2), (1, 0, 1, 0, 5, 2)]
FINAL = [(*line[:5], True) for line in LINES]


# --- Acts -------------------------------------------------------------------------------------------------------------


def approve(world: World, sale: Sale) -> Call:
    return world.approve(sale)


def supply(world: World, sale: Sale) -> Call:
    return world.buyer_does("supplyAnswer", sale, world.fresh())


def send(world: World, sale: Sale) -> Call:
    return world.send(sale)


def receive(world: World, sale: Sale) -> Call:
    return seller_receives(world, sale, FULL)


def receive_rest(world: World, sale: Sale) -> Call:
    return seller_receives(world, sale, [(1, 1)])


def inspect(world: World, sale: Sale) -> Call:
    return seller_inspects(world, sale, [(0, 1, 0, 0, 1, 1)])


def pay(world: World, sale: Sale) -> Call:
    return world.pay(sale, 1)


def replace(world: World, sale: Sale) -> Call:
    return from_seller(world, sale, REPLACEMENT_SENT)


def repair(world: World, sale: Sale) -> Call:
    return from_seller(world, sale, REPAIRED)


def give_back(world: World, sale: Sale) -> Call:
    return from_seller(world, sale, GOODS_GIVEN_BACK)


def prove(world: World, sale: Sale) -> Call:
    return world.seller_does("proveOutcome", sale, world.fresh())


def confirm(world: World, sale: Sale) -> Call:
    return world.buyer_does("confirmOutcome", sale, True, bytes(WORD))


def reopen(world: World, sale: Sale) -> Call:
    return world.buyer_does("reopenReturn", sale, world.fresh())


def close(world: World, sale: Sale) -> Call:
    return world.buyer_does("closeReturn", sale)


def from_seller(world: World, sale: Sale, purpose: int) -> Call:
    return world.seller_does("addParcel", sale, SELLER, purpose, CARRIER, world.fresh(), 0, bytes(WORD))


def seller_receives(world: World, sale: Sale, lines) -> Call:
    return world.seller_does("receiveGoods", sale, SELLER, 0, False, 0, 0, bytes(WORD), list(lines))


def seller_inspects(world: World, sale: Sale, lines) -> Call:
    return world.seller_does("inspectGoods", sale, SELLER, bytes(WORD), list(lines))


# --- Building a stage -------------------------------------------------------------------------------------------------
# Each ends with the act that starts the clock, in the newest block.


def late(world: World, **terms) -> Sale:
    sale = world.claimed(version=world.policy(**terms)) if terms else world.claimed()
    world.do(world.open(sale, delivered_at=world.now() - WINDOW_S - DAY))
    return sale


def final_sale(world: World) -> Sale:
    sale = world.claimed(lines=FINAL)
    world.do(world.open(sale))
    return sale


def asked(world: World) -> Sale:
    sale = world.opened()
    world.do(world.seller_does("askBuyer", sale, world.fresh()))
    return sale


def supplied(world: World) -> Sale:
    sale = asked(world)
    world.pass_time(DAY)
    world.do(supply(world, sale))
    return sale


def documented(world: World, **terms) -> Sale:
    sale = world.claimed(version=world.policy(**terms)) if terms else world.claimed()
    world.do(world.open(sale))
    world.do(world.approve(sale))
    world.do(world.send(sale, document=world.fresh()))
    return sale


def scanned(world: World) -> Sale:
    """A carrier recorded something about the parcel before it was named."""
    sale, checkpoint = world.approved(), world.checkpoint()
    world.do(world.act("recordCheckpoint", (CARRIER, *checkpoint), world.key(CARRIER)))
    world.do(world.send(sale, tracking=checkpoint[0]))
    return sale


def some_decided(world: World) -> Sale:
    """Pieces came without a parcel that anybody named."""
    sale = world.approved()
    world.do(world.receive(sale, [(0, 2)]))
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    return sale


def some_lost(world: World, **options) -> tuple[Sale, int]:
    sale = world.approved()
    world.do(world.send(sale, **options))
    since = world.now()
    world.do(world.receive(sale, [(0, 2)]))
    world.do(world.inspect(sale, [(0, 2, 0, 0, 1, 1)]))
    return sale, since


def without_inspector(world: World) -> Sale:
    sale = world.opened()
    world.do(world.approve(sale, inspector=0))
    return sale


def sent_without_inspector(world: World) -> Sale:
    sale = without_inspector(world)
    world.do(world.send(sale))
    return sale


def received_without_inspector(world: World) -> Sale:
    sale = without_inspector(world)
    world.do(receive(world, sale))
    return sale


def inspected_for(world: World, resolution: int) -> Sale:
    sale = world.claimed()
    world.do(world.open(sale, resolution=resolution))
    world.do(world.approve(sale))
    world.do(world.receive(sale))
    world.do(world.inspect(sale))
    return sale


def returnless(world: World) -> Sale:
    sale = world.opened()
    world.do(world.approve(sale, returnless=True))
    return sale


def rejected(world: World) -> Sale:
    sale = world.received()
    world.do(world.inspect(sale, ALL_REJECTED))
    return sale


def given_back(world: World) -> Sale:
    sale = rejected(world)
    world.do(give_back(world, sale))
    return sale


def replaced(world: World) -> Sale:
    sale = inspected_for(world, REPLACEMENT)
    world.do(replace(world, sale))
    return sale


def contested(world: World) -> Sale:
    sale = world.paid()
    world.do(world.buyer_does("confirmOutcome", sale, False, world.fresh()))
    return sale


def proved(world: World) -> Sale:
    sale = contested(world)
    world.do(prove(world, sale))
    return sale


def defaulted(world: World) -> Sale:
    sale = world.inspected()
    world.enforced(sale)
    return sale


def defaulted_by_contest(world: World) -> Sale:
    sale = contested(world)
    world.enforced(sale)
    return sale


def empty_parcel(world: World) -> Sale:
    sale = world.sent()
    world.do(world.receive(sale, [], complete=True))
    return sale


def cancelled(world: World) -> Sale:
    sale = world.opened()
    world.do(world.buyer_does("cancelReturn", sale))
    return sale


def expired(world: World) -> Sale:
    sale = world.approved()
    world.enforced(sale)
    return sale


def declined_again(world: World) -> Sale:
    sale = world.declined()
    world.do(reopen(world, sale))
    world.do(world.seller_does("declineReturn", sale, FINAL_SALE))
    return sale


def withdrawal(world: World, *acts) -> tuple[Sale, int]:
    """A withdrawal after some acts; its clock runs from the notice."""
    sale = world.withdrawn()
    opened_at = world.now()
    for act in acts:
        world.do(act(world, sale))
    return sale, opened_at


def send_documented(world: World, sale: Sale) -> Call:
    return world.send(sale, document=world.fresh())


def inspect_all(world: World, sale: Sale) -> Call:
    return seller_inspects(world, sale, [(0, 2, 0, 0, 1, 1), (1, 1, 0, 0, 1, 1)])


# --- The table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """`build` gives the sale, or the sale and when the clock started if that was not the newest block."""

    build: Callable
    who: int
    awaited: int
    period_s: int
    consequence: int
    act: Callable  # what is waited for
    refusal: str | None  # of that act after the consequence; None if it still has a meaning
    status: int = APPROVED  # after the consequence
    needs: int = CLAIMED

    def start(self, world: World) -> tuple[Sale, int]:
        built = self.build(world)
        return built if isinstance(built, tuple) else (built, world.now())


S = Stage
WRONG_STATUS, TOO_MANY, NOT_AWAITED, WRONG_PURPOSE = (
    "ReturnWrongStatus",
    "QuantityTooLarge",
    "OutcomeNotAwaited",
    "ParcelPurposeInvalid",
)
STAGES = {
    "requested": S(World.opened, OF_SELLER, ANSWER, ANSWER_S, BECOMES_APPROVED, approve, WRONG_STATUS),
    "requested late": S(late, OF_SELLER, ANSWER, ANSWER_S, BECOMES_DECLINED, approve, WRONG_STATUS, DECLINED),
    "requested from a final sale": S(
        final_sale, OF_SELLER, ANSWER, ANSWER_S, BECOMES_DECLINED, approve, WRONG_STATUS, DECLINED
    ),
    "requested late, silence approves": S(
        lambda w: late(w, choices=LATE_SILENCE_APPROVES),
        OF_SELLER,
        ANSWER,
        ANSWER_S,
        BECOMES_APPROVED,
        approve,
        WRONG_STATUS,
    ),
    "asked": S(asked, BUYER, SUPPLY, SUPPLY_S, BECOMES_EXPIRED, supply, WRONG_STATUS, EXPIRED),
    "supplied": S(supplied, OF_SELLER, ANSWER, ANSWER_S, BECOMES_APPROVED, approve, WRONG_STATUS),
    "approved": S(World.approved, BUYER, SEND, SEND_S, BECOMES_EXPIRED, send, WRONG_STATUS, EXPIRED),
    "a part arrived that nobody named": S(some_decided, BUYER, SEND, SEND_S, BECOMES_SHORT, send, None),
    "sent": S(World.sent, OF_INSPECTOR, RECEIVE, TRANSIT_S, BECOMES_EXPIRED, receive, WRONG_STATUS, EXPIRED),
    "sent, no inspector": S(
        sent_without_inspector, OF_SELLER, RECEIVE, TRANSIT_S, BECOMES_EXPIRED, receive, WRONG_STATUS, EXPIRED
    ),
    "sent with a document": S(
        documented, OF_INSPECTOR, RECEIVE, TRANSIT_S, BECOMES_ACCEPTED, receive, TOO_MANY, needs=DOCUMENTED
    ),
    "sent with a scan": S(
        scanned, OF_INSPECTOR, RECEIVE, TRANSIT_S, BECOMES_ACCEPTED, receive, TOO_MANY, needs=DOCUMENTED
    ),
    "sent with a document, loss is the buyer's": S(
        lambda w: documented(w, choices=LOSS_IS_BUYERS),
        OF_INSPECTOR,
        RECEIVE,
        TRANSIT_S,
        BECOMES_SHORT,
        receive,
        TOO_MANY,
    ),
    "a part arrived": S(some_lost, OF_INSPECTOR, RECEIVE, TRANSIT_S, BECOMES_SHORT, receive_rest, TOO_MANY),
    "a part arrived of what a document shows": S(
        lambda w: some_lost(w, document=w.fresh()),
        OF_INSPECTOR,
        RECEIVE,
        TRANSIT_S,
        BECOMES_ACCEPTED,
        receive_rest,
        TOO_MANY,
        needs=DOCUMENTED,
    ),
    "received": S(World.received, OF_INSPECTOR, INSPECT, INSPECT_S, BECOMES_ACCEPTED, inspect, TOO_MANY),
    "received, no inspector": S(
        received_without_inspector, OF_SELLER, INSPECT, INSPECT_S, BECOMES_ACCEPTED, inspect, TOO_MANY
    ),
    "inspected": S(World.inspected, OF_SELLER, PAY, PAY_S, BECOMES_DEFAULTED, pay, None),
    "inspected for store credit": S(
        lambda w: inspected_for(w, STORE_CREDIT), OF_SELLER, PAY, PAY_S, BECOMES_DEFAULTED, pay, None
    ),
    "kept by the buyer": S(returnless, OF_SELLER, PAY, PAY_S, BECOMES_DEFAULTED, pay, None),
    "inspected for replacement": S(
        lambda w: inspected_for(w, REPLACEMENT), OF_SELLER, REPLACE, PAY_S, REFUND_INSTEAD, replace, WRONG_PURPOSE
    ),
    "inspected for repair": S(
        lambda w: inspected_for(w, REPAIR), OF_SELLER, REPLACE, PAY_S, REFUND_INSTEAD, repair, WRONG_PURPOSE
    ),
    "rejected": S(rejected, OF_SELLER, GIVE_BACK, PAY_S, BECOMES_ACCEPTED, give_back, WRONG_PURPOSE),
    "contested": S(contested, OF_SELLER, PROVE, PAY_S, BECOMES_DEFAULTED, prove, NOT_AWAITED),
    "paid": S(World.paid, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "replaced": S(replaced, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "given back": S(given_back, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "proved": S(proved, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "an empty parcel": S(empty_parcel, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "in default": S(defaulted, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED),
    "in default after a contest": S(
        defaulted_by_contest, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, confirm, NOT_AWAITED, CLOSED
    ),
    "declined": S(World.declined, BUYER, REOPEN, REOPEN_S, BECOMES_CLOSED, reopen, WRONG_STATUS, CLOSED),
    "cancelled": S(cancelled, BUYER, REOPEN, REOPEN_S, BECOMES_CLOSED, reopen, WRONG_STATUS, CLOSED),
    "expired": S(expired, BUYER, REOPEN, REOPEN_S, BECOMES_CLOSED, reopen, WRONG_STATUS, CLOSED),
    "declined again": S(declined_again, BUYER, CONFIRM, CONFIRM_S, BECOMES_CLOSED, close, WRONG_STATUS, CLOSED),
    "withdrawn": S(withdrawal, BUYER, SEND, SEND_S, BECOMES_EXPIRED, send, WRONG_STATUS, EXPIRED),
    "withdrawn and sent": S(
        lambda w: (withdrawal(w, send)[0], w.now()),
        OF_SELLER,
        RECEIVE,
        TRANSIT_S,
        BECOMES_EXPIRED,
        receive,
        WRONG_STATUS,
        EXPIRED,
    ),
    "withdrawn and sent with a document": S(
        lambda w: withdrawal(w, send_documented),
        OF_SELLER,
        PAY,
        PAY_S,
        BECOMES_ACCEPTED,
        pay,
        None,
        needs=DOCUMENTED,
    ),
    "withdrawn and received": S(
        lambda w: withdrawal(w, receive), OF_SELLER, PAY, PAY_S, BECOMES_ACCEPTED, pay, None, needs=DOCUMENTED
    ),
    "withdrawn and inspected": S(
        lambda w: withdrawal(w, receive, inspect_all), OF_SELLER, PAY, PAY_S, BECOMES_DEFAULTED, pay, None
    ),
}
