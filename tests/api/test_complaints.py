"""What users of other systems complain about, answered here: docs/complaints.md names the complaint of each test."""

import secrets
import time
from types import SimpleNamespace

import pytest

from ledger_api import client
from ledger_api.client import Problem
from ledger_api.demo import TERMS, sold
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, Incident, ParcelPurpose, Resolution, ReturnKind
from tests.acting import DEFECTIVE, TOO_LARGE, inspected

DAY_S = 86_400
INCORRECT_DATA = 202  # a reason of corrections
DID_NOT_OCCUR = 201
NOTHING, DOCUMENT = bytes(32), b"\7" * 32
COAT, HATS = (0, 1, TOO_LARGE), (1, 2, DEFECTIVE)


@pytest.fixture(scope="module", autouse=True)
def impatient():
    """Relay and index run at each call here, so that nobody has to wait for them."""
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda seconds: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "time", clock)
        yield


def said(kind: CheckpointKind, at: int, code: str = "EMC", document: bytes = NOTHING, **more) -> dict:
    """The words of one checkpoint."""
    facts = pack_facts(Checkpoint(at, kind, country="PL", **more))
    return {"facts": facts, "code": pack_code(code), "document": document}


def report(sale, tracking: bytes, *checkpoints: dict) -> None:
    """What the first carrier says of a parcel, in the order in which it says so."""
    for words in checkpoints:
        sale.act("recordCheckpoint", sale.key("carrier-eu"), participant=2, tracking=tracking, **words)


def correct(sale, tracking: bytes, wrong: dict, reason: int, **right) -> None:
    """The carrier takes back what it said."""
    named = {"participant": 2, "tracking": tracking, "wrongFacts": wrong["facts"], "wrongCode": wrong["code"]}
    sale.act("correctCheckpoint", sale.key("carrier-eu"), reason=reason, **named, **right)


def enforce(world, sale) -> None:
    """Nobody acts until anybody may call for what follows, and somebody does."""
    world.chain.time_travel(max(sale.state["turn"]["enforceable_at"], world.now + 1))
    world.client.wait(world.client.post(f"/api/v1/returns/{hex_of(sale.rma)}/enforce", {})["id"])


def accepted(sale, *lines, **wanted):
    """Asked for, approved, arrived complete and found fit."""
    sale.open(*lines, **wanted).approve().receive(*((n, pieces) for n, pieces, _ in lines), complete=True)
    return sale.inspect(*(inspected(n, accepted=pieces) for n, pieces, _ in lines))


def turn(sale) -> tuple:
    shown = sale.state["turn"]
    return shown["who"], shown["act"]


def money(sale, *names: str) -> tuple:
    shown = sale.state["money"]
    return tuple(shown[f"{name}_minor"] for name in names)


# --- Money ------------------------------------------------------------------------------------------------------------


def test_goods_are_received_without_issuing_a_refund(world):
    sale = world.sale().open().approve().receive(complete=True)
    state = sale.state
    assert (state["lines"][0]["received"], state["refunds"], state["money"]["refunded_minor"]) == (1, [], 0)
    sale.inspect()
    assert (sale.state["lines"][0]["accepted"], sale.state["refunds"]) == (1, [])
    assert money(sale, "due", "refunded") == (12_450, 0)
    assert turn(sale) == ("seller", "refund")


def test_one_return_is_refunded_several_times(world):
    sale = accepted(world.sale(), COAT).pay(5_000).pay(3_000).pay()
    refunds = [(item["due_minor"], item["amount_minor"]) for item in sale.state["refunds"]]
    assert refunds == [(12_450, 5_000), (7_450, 3_000), (4_450, 4_450)]
    assert money(sale, "earlier", "refunded", "due") == (12_450, 12_450, 0)
    assert turn(sale) == ("buyer", "confirm")


def test_several_returns_of_one_sale_add_up(world):
    sale = accepted(world.sale(), COAT).pay()
    assert money(sale, "paid", "refunded") == (17_130, 12_450)
    accepted(sale, (1, 1, TOO_LARGE)).pay()
    assert money(sale, "paid", "refunded") == (17_130, 1_900 - 390)
    accepted(sale, (1, 1, TOO_LARGE)).pay()
    assert money(sale, "paid", "refunded") == (17_130, 1_900 - 390)
    with pytest.raises(Problem) as problem:
        sale.pay(17_130 - 12_450 - 2 * 1_510 + 1)
    assert problem.value.slug == "refund-too-large"


def test_no_piece_is_returned_in_two_returns_of_one_sale(world):
    sale = world.sale().open(COAT)
    with pytest.raises(Problem) as problem:
        sale.open(COAT)
    assert problem.value.slug == "quantity-too-large"


def test_goodwill_is_paid_without_a_reason_of_the_goods(world):
    sale = world.sale().open().approve().pay(0, goodwill_minor=500)
    assert sale.state["lines"][0]["received"] == 0
    assert money(sale, "goodwill", "refunded", "due") == (500, 0, 0)
    sale.receive(complete=True).inspect()
    assert money(sale, "goodwill", "refunded", "due") == (500, 0, 12_450)


def test_money_is_paid_before_the_goods_are_decided_about(world):
    sale = world.sale().open().approve().pay(5_000)
    assert money(sale, "refunded", "overpaid", "due") == (5_000, 5_000, 0)
    sale.receive(complete=True).inspect()
    assert money(sale, "refunded", "overpaid", "due") == (5_000, 0, 7_450)


def test_three_were_requested_and_two_received_so_two_are_refunded(world):
    sale = world.sale(lines=[sold(3, 26_997, 0)]).open((0, 3, DEFECTIVE)).approve().receive((0, 2), complete=True)
    sale.inspect(inspected(0, accepted=2))
    line = sale.state["lines"][0]
    assert [line[name] for name in ("requested", "received", "short", "accepted")] == [3, 2, 1, 2]
    assert money(sale, "requested", "due") == (26_997, 17_998)


def test_no_more_is_accepted_than_was_received(world):
    sale = world.sale(lines=[sold(3, 26_997, 0)]).open((0, 3, DEFECTIVE)).approve().receive((0, 2))
    with pytest.raises(Problem) as problem:
        sale.inspect(inspected(0, accepted=3))
    assert problem.value.slug == "quantity-too-large"


def test_a_damaged_piece_is_taken_back_at_80_percent(world):
    sale = world.sale().open().approve().receive(complete=True)
    sale.inspect(inspected(0, accepted=1, diminished=2_000, grade=3))
    assert money(sale, "diminished", "return_shipping", "due") == (2_568, 390, 12_840 - 2_568 - 390)
    assert sale.state["lines"][0]["grade"] == 3


def test_two_pieces_of_one_line_are_found_in_two_conditions(world):
    sale = world.sale().open((1, 2, DEFECTIVE)).approve().receive((1, 2), complete=True)
    sale.inspect(inspected(1, accepted=1), inspected(1, accepted=1, diminished=2_000))
    assert money(sale, "diminished", "due") == (380, 3_800 - 380)


def test_what_is_rejected_whole_waits_for_nobody_s_decision_and_has_its_deadline(world):
    sale = world.sale().open().approve().receive(complete=True).inspect(inspected(0, rejected=1, grade=5))
    assert (turn(sale), money(sale, "due")) == (("seller", "give_back"), (0,))
    assert sale.state["turn"]["until"] == world.now + TERMS["pay_s"]
    enforce(world, sale)
    assert (sale.state["lines"][0]["accepted"], money(sale, "due")) == (1, (12_450,))


# --- One way through --------------------------------------------------------------------------------------------------


def test_all_returns_go_through_the_same_states_whatever_the_buyer_gets(world):
    """Refund, store credit, a replacement and a repair differ in the last act of the seller alone."""
    goods = {Resolution.REPLACEMENT: ParcelPurpose.REPLACEMENT, Resolution.REPAIR: ParcelPurpose.REPAIRED}
    ways = {}
    for resolution in (Resolution.REFUND, Resolution.STORE_CREDIT, Resolution.REPLACEMENT, Resolution.REPAIR):
        sale, seen = world.sale().open(resolution=resolution), []

        def look(sale=sale, seen=seen):
            seen.append((sale.state["status"], *turn(sale)))

        look()
        look(sale.approve())
        sale.send()
        look()
        look(sale.receive(complete=True))
        look(sale.inspect())
        if resolution in goods:
            sent = {"carrier": 2, "tracking": secrets.token_bytes(32), "purpose": goods[resolution]}
            look(sale.by_seller("addParcel", participant=1, **sent))
        else:
            look(sale.pay())
        look(sale.by_buyer("confirmOutcome", arrived=True))
        ways[resolution] = seen
    money_way, goods_way = ways[Resolution.REFUND], ways[Resolution.REPLACEMENT]
    assert ways[Resolution.STORE_CREDIT] == money_way
    assert ways[Resolution.REPAIR] == goods_way
    assert [step for step, other in zip(money_way, goods_way, strict=True) if step != other] == [
        ("approved", "seller", "refund")
    ]


def test_store_credit_is_worth_what_a_refund_would_be(world):
    sale = accepted(world.sale(), COAT, resolution=Resolution.STORE_CREDIT).pay()
    assert (sale.state["resolution"], money(sale, "refunded", "due")) == ("store_credit", (12_450, 0))


def test_a_parcel_that_is_lost_has_its_own_state_and_its_consequence(world):
    sale = world.sale().open().approve()
    tracking = sale.send()
    report(sale, tracking, said(CheckpointKind.LOST, world.now, incident=Incident.CARRIER_PARCEL_LOST))
    assert (sale.state["parcels"][0]["status"], sale.state["status"]) == ("lost", "approved")
    assert (turn(sale), sale.state["turn"]["consequence"]) == (("inspector", "receive"), "accepted")


def test_each_line_has_its_own_reason(world):
    sale = world.sale().open(COAT, HATS)
    lines = [(line["reason"], line["category"]) for line in sale.state["lines"]]
    assert lines == [(TOO_LARGE, "change_of_mind"), (DEFECTIVE, "seller_fault")]


def test_what_was_accepted_for_a_replacement_is_not_returned_again_and_the_replacement_has_its_own_receipt(world):
    sale = accepted(world.sale(), COAT, resolution=Resolution.REPLACEMENT)
    sent = {"carrier": 2, "tracking": secrets.token_bytes(32), "purpose": ParcelPurpose.REPLACEMENT}
    sale.by_seller("addParcel", participant=1, **sent).by_buyer("confirmOutcome", arrived=True)
    with pytest.raises(Problem) as problem:
        sale.open(COAT)
    assert problem.value.slug == "quantity-too-large"
    replacement = world.sale(lines=[sold(1, 10_439, 2_401)], terms_of_sale={"deliveryMinor": 0})
    accepted(replacement, (0, 1, DEFECTIVE))
    assert money(replacement, "due") == (12_840,)


def test_one_return_holds_many_lines(world):
    lines = [sold(2, 1_000 + n, 230) for n in range(12)]
    asked = [(n, 1 + n % 2, (TOO_LARGE, DEFECTIVE)[n % 2]) for n in range(12)]
    sale = accepted(world.sale(lines=lines), *asked)
    shown = [(line["line"], line["accepted"]) for line in sale.state["lines"]]
    assert shown == [(n, 1 + n % 2) for n in range(12)]
    # An even line is half of what was paid for it, an odd one all.
    assert money(sale, "due") == (sum((1_000 + n) // 2 + 115 if n % 2 == 0 else 1_230 + n for n in range(12)),)


def test_the_buyer_keeps_the_goods_and_gets_the_money(world):
    sale = world.sale().open().approve(inspector=0, returnless=True)
    assert (sale.state["returnless"], sale.state["lines"][0]["accepted"], sale.state["parcels"]) == (True, 1, [])
    assert (money(sale, "due"), turn(sale)) == ((12_450,), ("seller", "refund"))


def test_a_replacement_is_sent_before_the_goods_come_back(world):
    sale = world.sale().open((0, 1, DEFECTIVE), resolution=Resolution.REPLACEMENT).approve()
    sent = {"carrier": 2, "tracking": secrets.token_bytes(32), "purpose": ParcelPurpose.REPLACEMENT}
    sale.by_seller("addParcel", participant=1, **sent)
    assert turn(sale) == ("buyer", "send")
    sale.receive(complete=True).inspect()
    assert turn(sale) == ("buyer", "confirm")


def test_what_was_bought_elsewhere_cannot_be_asked_for_and_is_counted_if_it_arrives(world):
    sale = world.sale()
    with pytest.raises(Problem) as problem:
        sale.open((2, 1, TOO_LARGE))
    assert problem.value.slug == "line-unknown"
    sale.number = 0
    sale.open().approve()
    arrived = {"lines": [{"line": 0, "quantity": 1}], "complete": True, "wrong": 1, "extra": 2}
    sale.act("receiveGoods", sale.key("inspector"), returnId=sale.rma, participant=4, **arrived)
    sale.inspect()
    assert [(item["wrong"], item["extra"]) for item in sale.state["receptions"]] == [(1, 2)]
    assert money(sale, "due") == (12_450,)


def test_goods_of_two_orders_travel_in_one_parcel(world):
    first, second, tracking = world.sale().open().approve(), world.sale().open().approve(), secrets.token_bytes(32)
    first.send(tracking=tracking)
    second.send(tracking=tracking)
    report(first, tracking, said(CheckpointKind.DELIVERED, world.now))
    assert [sale.state["parcels"][0]["status"] for sale in (first, second)] == ["delivered"] * 2


# --- Parcels ----------------------------------------------------------------------------------------------------------


def test_a_late_checkpoint_does_not_downgrade_what_was_delivered(world):
    sale, at = world.sale().open().approve(), world.now
    tracking = sale.send()
    late = [said(CheckpointKind.IN_TRANSIT, at - 3_600), said(CheckpointKind.OUT_FOR_DELIVERY, at + 5)]
    report(sale, tracking, said(CheckpointKind.DELIVERED, at), *late)
    parcel = sale.state["parcels"][0]
    assert parcel["status"] == "delivered"
    assert [item["kind"] for item in parcel["checkpoints"]] == ["in_transit", "delivered", "out_for_delivery"]


def test_a_second_parcel_does_not_erase_the_first(world):
    sale = world.sale().open(COAT, HATS).approve()
    first = sale.send()
    report(sale, first, said(CheckpointKind.DELIVERED, world.now))
    second = sale.send()
    report(sale, second, said(CheckpointKind.PICKED_UP, world.now))
    parcels = [(item["tracking"], item["status"], len(item["checkpoints"])) for item in sale.state["parcels"]]
    assert parcels == [(hex_of(first), "delivered", 1), (hex_of(second), "picked_up", 1)]


def test_the_same_checkpoint_reported_twice_stands_once(world):
    """The second report has another document behind it: another place, another time of writing."""
    sale, at = world.sale().open().approve(), world.now
    tracking = sale.send()
    report(sale, tracking, *(said(CheckpointKind.ARRIVED, at, document=bytes([n]) * 32) for n in (1, 2)))
    (checkpoint,) = sale.state["parcels"][0]["checkpoints"]
    assert (checkpoint["kind"], checkpoint["reported"], checkpoint["document"]) == ("arrived", 2, "0x" + "01" * 32)


def test_a_carrier_that_never_reports_stops_nothing(world):
    sale = world.sale().open().approve()
    sale.send()
    assert (sale.state["parcels"][0]["status"], turn(sale)) == ("unknown", ("inspector", "receive"))
    sale.receive(complete=True).inspect().pay()
    assert turn(sale) == ("buyer", "confirm")


@pytest.mark.parametrize("kind", [CheckpointKind.CUSTOMS_PROCESSING, CheckpointKind.ON_HOLD])
def test_a_hold_by_customs_does_not_count_against_the_buyer(world, kind):
    sale = world.sale().open().approve()
    world.chain.time_travel(sale.state["turn"]["until"] - DAY_S)
    tracking = sale.send()
    report(sale, tracking, said(CheckpointKind.PICKED_UP, world.now))
    before = sale.state["turn"]
    report(sale, tracking, said(kind, world.now, incident=Incident.CUSTOMS_DOCUMENTATION))
    world.chain.time_travel(world.now + 15 * DAY_S)
    state = sale.state
    assert (state["turn"], state["turn"]["act"], state["turn"]["consequence"]) == (before, "receive", "accepted")
    assert (state["status"], state["late_acts"], state["parcels"][0]["status"]) == ("approved", [], kind.name.lower())
    sale.receive(complete=True)
    assert turn(sale) == ("inspector", "inspect")


def test_a_correction_supersedes_a_checkpoint_and_erases_nothing(world):
    sale, at = world.sale().open().approve(), world.now
    tracking = sale.send()
    wrong, right = said(CheckpointKind.DELIVERED, at), said(CheckpointKind.DELIVERY_FAILED, at)
    report(sale, tracking, wrong)
    correct(sale, tracking, wrong, INCORRECT_DATA, **right)
    parcel = sale.state["parcels"][0]
    assert parcel["status"] == "delivery_failed"
    corrected = {item["kind"]: item["corrected"] for item in parcel["checkpoints"]}
    assert corrected["delivery_failed"] is None
    assert corrected["delivered"]["reason"] == INCORRECT_DATA


def test_a_checkpoint_that_did_not_occur_stays_and_does_not_count(world):
    sale = world.sale().open().approve()
    tracking, wrong = sale.send(), said(CheckpointKind.LOST, world.now)
    report(sale, tracking, said(CheckpointKind.PICKED_UP, world.now - 60), wrong)
    correct(sale, tracking, wrong, DID_NOT_OCCUR)
    parcel = sale.state["parcels"][0]
    assert (parcel["status"], len(parcel["checkpoints"])) == ("picked_up", 2)
    assert parcel["checkpoints"][1]["corrected"]["reason"] == DID_NOT_OCCUR


def test_a_correction_that_was_wrong_is_corrected_back(world):
    sale, at = world.sale().open().approve(), world.now
    tracking = sale.send()
    first, second = said(CheckpointKind.DELIVERED, at), said(CheckpointKind.DELIVERY_FAILED, at)
    report(sale, tracking, first)
    correct(sale, tracking, first, INCORRECT_DATA, **second)
    correct(sale, tracking, second, INCORRECT_DATA, **first)
    parcel = sale.state["parcels"][0]
    assert parcel["status"] == "delivered"
    assert {item["kind"]: item["corrected"] is None for item in parcel["checkpoints"]} == {
        "delivered": True,
        "delivery_failed": False,
    }


def test_a_correction_of_a_detail_leaves_the_fact_standing(world):
    """Who performed the leg and the document are no part of what makes two checkpoints the same fact."""
    sale, at = world.sale().open().approve(), world.now
    tracking = sale.send()
    wrong = said(CheckpointKind.ARRIVED, at)
    facts = pack_facts(Checkpoint(at, CheckpointKind.ARRIVED, country="PL"), performer=3)
    report(sale, tracking, wrong)
    correct(sale, tracking, wrong, INCORRECT_DATA, **{**wrong, "facts": facts, "document": DOCUMENT})
    parcel = sale.state["parcels"][0]
    (checkpoint,) = parcel["checkpoints"]
    assert (parcel["status"], checkpoint["corrected"]) == ("arrived", None)
    assert (checkpoint["performer"], checkpoint["document"]) == (3, hex_of(DOCUMENT))


def test_a_hand_over_is_signed_by_both_sides_and_shows_that_goods_were_sent(world):
    sale = world.sale().open().approve()
    tracking, at = sale.send(), world.now
    assert sale.state["parcels"][0]["corroboration"] == "claimed"
    given = {"taker": 2, "takerTracking": tracking, "occurredAt": at}
    sale.act("handOver", sale.buyer, sale.key("carrier-eu"), **given)
    state = sale.state
    (hand_over,) = state["parcels"][0]["hand_overs"]
    assert (hand_over["giver"], hand_over["giver_key"]) == (0, hex_of(sale.buyer.address))
    assert (hand_over["taker"], hand_over["occurred_at"], hand_over["corroboration"]) == (2, at, "mutual")
    assert (state["parcels"][0]["corroboration"], state["turn"]["consequence"]) == ("documented", "accepted")


def test_a_hand_over_by_a_stranger_is_not_taken_for_the_buyer_s(world):
    sale = world.sale().open().approve()
    tracking = sale.send()
    given = {"taker": 2, "takerTracking": tracking, "occurredAt": world.now}
    sale.act("handOver", sale.make_key(), sale.key("carrier-eu"), **given)
    assert sale.state["parcels"][0]["hand_overs"][0]["corroboration"] == "claimed"


# --- Who said so, and by when -----------------------------------------------------------------------------------------


def test_every_open_return_says_whose_turn_it_is_until_when_and_then_what(world):
    sale = world.sale().open()
    steps = [
        (lambda: sale.by_seller("askBuyer", question=DOCUMENT), ("seller", "answer", "approved")),
        (lambda: sale.by_buyer("supplyAnswer", document=DOCUMENT), ("buyer", "supply", "expired")),
        (sale.approve, ("seller", "answer", "approved")),
        (sale.send, ("buyer", "send", "expired")),
        (lambda: sale.receive(complete=True), ("inspector", "receive", "expired")),
        (sale.inspect, ("inspector", "inspect", "accepted")),
        (sale.pay, ("seller", "refund", "defaulted")),
        (lambda: sale.by_buyer("confirmOutcome"), ("buyer", "confirm", "closed")),  # nothing arrived
        (lambda: sale.by_seller("proveOutcome", evidence=DOCUMENT), ("seller", "prove", "defaulted")),
        (lambda: sale.by_buyer("confirmOutcome", arrived=True), ("buyer", "confirm", "closed")),
    ]
    for act, expected in steps:
        shown = sale.state["turn"]
        assert (shown["who"], shown["act"], shown["consequence"]) == expected
        assert world.now < shown["until"] <= shown["enforceable_at"]
        act()
    assert turn(sale) == ("nobody", "none")


def test_an_answer_belongs_to_the_question_before_it(world):
    """The first question lapsed without an answer; the second, after reopening, got one."""
    sale = world.sale().open().by_seller("askBuyer", question=b"\1" * 32)
    enforce(world, sale)
    sale.by_buyer("reopenReturn").by_seller("askBuyer", question=b"\2" * 32)
    sale.by_buyer("supplyAnswer", document=DOCUMENT)
    answers = [(item["question"], item["answer"]) for item in sale.state["questions"]]
    assert answers == [("0x" + "01" * 32, None), ("0x" + "02" * 32, hex_of(DOCUMENT))]


def test_delivery_stated_by_both_sides_is_mutual(world):
    sale, at = world.sale(), world.now
    sale.act("stateDelivery", sale.key("seller"), receipt=sale.receipt, participant=1, deliveredAt=at)
    sale.open()
    assert [item["corroboration"] for item in sale.state["deliveries"]] == ["claimed"]
    sale.act("stateDelivery", sale.buyer, receipt=sale.receipt, deliveredAt=at)
    shown = [(item["participant"], item["corroboration"]) for item in sale.state["deliveries"]]
    assert shown == [(1, "mutual"), (0, "mutual")]


def test_delivery_stated_differently_is_claimed_by_each(world):
    sale, at = world.sale(), world.now
    sale.act("stateDelivery", sale.key("seller"), receipt=sale.receipt, participant=1, deliveredAt=at - DAY_S)
    sale.act("stateDelivery", sale.buyer, receipt=sale.receipt, deliveredAt=at)
    state = sale.open(kind=ReturnKind.WITHDRAWAL).state
    assert [item["corroboration"] for item in state["deliveries"]] == ["claimed", "claimed"]
    assert state["delivered_at"] == at


def test_a_buyer_s_lost_key_is_replaced_after_its_time(world):
    sale = world.sale().open()
    lost, new = sale.buyer, sale.make_key()
    sale.act("proposeBuyerKey", sale.key("seller"), receipt=sale.receipt, buyer=new.address)
    takes_over_at = world.now + TERMS["recovery_s"]
    assert sale.state["new_buyer_key"] == {"key": hex_of(new.address), "takes_over_at": takes_over_at}
    with pytest.raises(Problem) as problem:
        sale.act("takeBuyerKey", new, receipt=sale.receipt, buyer=new.address)
    assert problem.value.slug == "buyer-key-too-early"
    world.chain.time_travel(takes_over_at + 1)
    sale.act("takeBuyerKey", new, receipt=sale.receipt, buyer=new.address)
    assert (sale.state["buyer"], sale.state["new_buyer_key"]) == (hex_of(new.address), None)
    with pytest.raises(Problem) as problem:
        sale.act("cancelReturn", lost, returnId=sale.rma)
    assert problem.value.slug == "return-not-party"
    sale.act("cancelReturn", new, returnId=sale.rma)
    assert sale.state["status"] == "cancelled"


def test_a_buyer_who_still_has_the_key_vetoes_its_replacement(world):
    sale = world.sale().open()
    new = sale.make_key()
    sale.act("proposeBuyerKey", sale.key("seller"), receipt=sale.receipt, buyer=new.address)
    sale.act("vetoBuyerKey", sale.buyer, receipt=sale.receipt, buyer=new.address)
    assert (sale.state["buyer"], sale.state["new_buyer_key"]) == (hex_of(sale.buyer.address), None)
    world.chain.time_travel(world.now + TERMS["recovery_s"])
    with pytest.raises(Problem) as problem:
        sale.act("takeBuyerKey", new, receipt=sale.receipt, buyer=new.address)
    assert problem.value.slug == "buyer-key-not-proposed"


def test_no_name_and_no_tracking_number_reaches_the_chain(world):
    sale, number = world.sale().open().approve(), "WP602190044PL"
    tracking = sale.send(tracking=world.story.book.remember(2, number, secrets.token_bytes(32), world.now))
    report(sale, tracking, said(CheckpointKind.DELIVERED, world.now))
    names = ["Nanshan Outdoor", "Wisła Parcel", "Pearl River Express", "Bao'an Returns Centre"]
    inputs = [
        str(transaction["data"])
        for block in range(world.node.block_number() + 1)
        for transaction in world.chain.get_block_by_number(block, full_transactions=True)["transactions"]
    ]
    assert any(tracking.hex() in words for words in inputs)
    assert not [text for text in [number, *names] if any(text.encode().hex() in words for words in inputs)]


def test_a_buyer_is_another_key_in_each_sale(world):
    buyers = [bytes_of(world.sale().open().state["buyer"]) for _ in range(2)]
    assert buyers[0] != buyers[1]
