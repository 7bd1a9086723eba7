"""Real returns in every state: each is signed, posted, recorded and waited for, as people would do it."""

import secrets

from ledger_api.demo import DISPUTES, METHODS, TERMS, sold
from ledger_api.rules.checkpoint_facts import pack_code, pack_facts
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import Checkpoint, CheckpointKind, ParcelPurpose, Resolution, ReturnKind, ZoneSource
from tests.acting import DEFECTIVE, LIFETIME_S, TOO_LARGE, Sale, inspected

KIND, FEES, LOSS_IS_BUYERS, ONE_COUNTRY, FOR_SELLER = 1, 2, 3, 4, 5  # series of policies
DAY_S = 86_400
COAT, BOTH = (0, 1, TOO_LARGE), ((0, 1, TOO_LARGE), (1, 2, DEFECTIVE))
DOCUMENT = b"\7" * 32
WITHDRAWAL = ReturnKind.WITHDRAWAL


class Scene:
    """One consortium whose clock can be moved."""

    def __init__(self, world, chain):
        self.world, self.chain = world, chain
        fees = {**TERMS["fees"], "restockingChangeOfMindBasisPoints": 1_000}
        self.publish(KIND)
        self.publish(FEES, terms={**TERMS, "fees": fees})
        self.publish(LOSS_IS_BUYERS, terms={**TERMS, "choices": 2})
        self.publish(ONE_COUNTRY, methods=METHODS[:1])
        self.publish(FOR_SELLER, disputes={**DISPUTES, "buyerByDefault": False})

    def publish(self, series: int, terms: dict = TERMS, methods: list = METHODS, disputes: dict = DISPUTES) -> None:
        """The first version of a policy."""
        policy = {"participant": 1, "series": series, "version": 1, "terms": terms, "disputes": disputes}
        policy |= {"methods": methods, "document": secrets.token_bytes(32)}
        self.post("policies", "publishPolicy", policy, self.world.key("seller"))

    def post(self, noun: str, action: str, request: dict, *keys) -> None:
        client = self.world.client
        signed = client.sign(action, request, *keys, deadline=self.world.now + LIFETIME_S)
        client.wait(client.send(noun, signed)["id"])

    def sale(self, series: int = KIND, **options) -> Sale:
        return self.world.sale(series=series, **options)

    def pass_s(self, seconds: int) -> None:
        self.chain.time_travel(self.world.now + seconds)

    def silent(self, sale: Sale) -> Sale:
        """Nobody acts until anybody may call for what follows, and somebody does."""
        self.chain.time_travel(max(sale.state["turn"]["enforceable_at"], self.world.now + 1))
        client = self.world.client
        client.wait(client.post(f"/api/v1/returns/{hex_of(sale.rma)}/enforce", {})["id"])
        return sale

    def late(self, sale: Sale) -> Sale:
        """The deadline has passed, its grace has not."""
        self.chain.time_travel(sale.state["turn"]["until"] + 3_600)
        return sale

    def report(self, tracking: bytes, *kinds: CheckpointKind, code: str = "EMC") -> None:
        """What the first carrier says of a parcel."""
        for kind in kinds:
            said = Checkpoint(self.world.now, kind, country="PL", zone_source=ZoneSource.STATED)
            facts = {"facts": pack_facts(said), "code": pack_code(code), "document": bytes(32)}
            request = {"participant": 2, "tracking": tracking, **facts}
            self.post("checkpoints", "recordCheckpoint", request, self.world.key("carrier-eu"))

    def ship(self, sale: Sale, purpose: ParcelPurpose, *kinds: CheckpointKind) -> Sale:
        """The seller sends goods to the buyer."""
        tracking = secrets.token_bytes(32)
        sale.by_seller("addParcel", participant=1, purpose=purpose, carrier=2, tracking=tracking)
        self.report(tracking, *kinds)
        return sale

    # --- so far, and then one more act

    def withdrawn(self, *lines, series: int = KIND) -> Sale:
        return self.sale(series).open(*lines, kind=WITHDRAWAL)

    def approved(self, *lines, series: int = KIND, **wanted) -> Sale:
        return self.sale(series).open(*lines, **wanted).approve()

    def accepted(self, *lines, series: int = KIND, **wanted) -> Sale:
        """Everything arrived, complete and fit."""
        lines = lines or (COAT,)
        sale = self.approved(*lines, series=series, **wanted)
        return self.all_accepted(sale, *lines)

    def all_accepted(self, sale: Sale, *lines, **checker) -> Sale:
        sale.receive(*((number, pieces) for number, pieces, _ in lines), complete=True, **checker)
        return sale.inspect(*(inspected(number, accepted=pieces) for number, pieces, _ in lines), **checker)

    def rejected(self) -> Sale:
        return self.approved().receive(complete=True).inspect(inspected(0, rejected=1, grade=5))


STATES = {}  # name → (what drives a return there, its first sentence)


def state(sentence: str):
    """Registers what drives a return into a state of this first sentence."""

    def register(drive):
        STATES[drive.__name__.replace("_", " ").strip()] = (drive, sentence)
        return drive

    return register


# --- Request and answer -----------------------------------------------------------------------------------------------


@state("Your return is waiting for Nanshan Outdoor to answer.")
def requested(scene):
    return scene.sale().open()


@state("Your return is waiting for Nanshan Outdoor to answer.")
def requested_late(scene):
    delivered = scene.world.now
    sale = scene.sale()
    scene.pass_s(31 * DAY_S)
    return sale.open(delivered_at=delivered)


@state("Your return is waiting for Nanshan Outdoor to answer.")
def withdrawn_after_the_legal_period(scene):
    delivered = scene.world.now
    sale = scene.sale()
    scene.pass_s(23 * DAY_S)
    return sale.open(delivered_at=delivered, kind=WITHDRAWAL)


@state("Your return is waiting for Nanshan Outdoor to answer.")
def requested_of_a_final_sale(scene):
    return scene.sale(lines=[sold(1, 10_439, 2_401, final_sale=True)]).open()


@state("Your return is waiting for Nanshan Outdoor to answer.")
def answer_overdue(scene):
    return scene.late(scene.sale().open())


@state("You have withdrawn from the sale.")
def withdrawal_declared(scene):
    return scene.withdrawn()


@state("You have withdrawn from the sale.")
def withdrawal_where_the_country_is_known(scene):
    return scene.withdrawn(series=ONE_COUNTRY)


@state("Nanshan Outdoor has a question about your return.")
def questioned(scene):
    return scene.sale().open().by_seller("askBuyer", question=DOCUMENT)


@state("Your return is waiting for Nanshan Outdoor to answer.")
def question_answered(scene):
    return questioned(scene).by_buyer("supplyAnswer", document=DOCUMENT)


@state("Nanshan Outdoor has declined your return.")
def declined(scene):
    return scene.sale().open().by_seller("declineReturn", reason=101)


@state("Your return counts as declined.")
def declined_by_silence(scene):
    return scene.silent(requested_late(scene))


@state("You have taken your return back.")
def cancelled(scene):
    return scene.sale().open().by_buyer("cancelReturn")


@state("Your return has lapsed.")
def expired_as_the_question_stayed_open(scene):
    return scene.silent(questioned(scene))


@state("Your return has lapsed.")
def expired_as_nothing_was_sent(scene):
    return scene.silent(scene.approved())


@state("Your return is waiting for Nanshan Outdoor to answer.")
def reopened(scene):
    return declined(scene).by_buyer("reopenReturn", document=DOCUMENT)


@state("Nanshan Outdoor has declined your return again.")
def declined_again(scene):
    return reopened(scene).by_seller("declineReturn", reason=102)


@state("Your return counts as approved.")
def approved_by_silence(scene):
    return scene.silent(scene.sale().open())


@state("Nanshan Outdoor has approved your return.")
def approved_(scene):
    return scene.approved()


@state("Nanshan Outdoor has approved your return.")
def approved_late(scene):
    return answer_overdue(scene).approve()


@state("Nanshan Outdoor has approved part of your return.")
def approved_in_part(scene):
    return scene.sale().open(*BOTH).approve(exceptions=[{"line": 1, "quantity": 1, "reason": 104}])


@state("Nanshan Outdoor has approved part of your return.")
def approved_in_part_of_two_lines(scene):
    lines = [sold(2, 10_000, 0), sold(2, 3_090, 710)]
    refused = [{"line": 0, "quantity": 1, "reason": 104}, {"line": 1, "quantity": 0, "reason": 103}]
    return scene.sale(lines=lines).open((0, 2, TOO_LARGE), (1, 2, DEFECTIVE)).approve(exceptions=refused)


@state("You keep the goods, and Nanshan Outdoor refunds 124.50 EUR.")
def returnless(scene):
    return scene.sale().open().approve(inspector=0, returnless=True)


# --- On its way -------------------------------------------------------------------------------------------------------


@state("Your return should be with Wisła Parcel.")
def sent_as_the_buyer_says(scene):
    sale = scene.approved()
    sale.send()
    return sale


@state("Your return should be with Wisła Parcel.")
def sent_with_a_document(scene):
    sale = scene.approved()
    sale.send(document=DOCUMENT)
    return sale


@state("Your return has lapsed.")
def expired_as_no_carrier_confirmed(scene):
    return scene.silent(sent_as_the_buyer_says(scene))


_ON_THE_WAY = {
    CheckpointKind.LABEL_CREATED: "Your return is about to be handed to Wisła Parcel.",
    CheckpointKind.ON_HOLD: "Your return is on hold with Wisła Parcel.",
    CheckpointKind.READY_FOR_PICKUP: "Your return waits at Wisła Parcel to be picked up.",
    CheckpointKind.DELIVERY_FAILED: "Wisła Parcel could not deliver your return.",
    CheckpointKind.DELIVERED: "Wisła Parcel has delivered your return.",
    CheckpointKind.RETURN_TO_SENDER: "Wisła Parcel is bringing your parcel back to you.",
    CheckpointKind.RETURNED: "Wisła Parcel has brought your parcel back to you.",
    CheckpointKind.LOST: "Wisła Parcel reports your parcel as lost.",
    CheckpointKind.DAMAGED: "Wisła Parcel reports your parcel as damaged.",
    CheckpointKind.DELAYED: "Your return is delayed with Wisła Parcel.",
    CheckpointKind.CANCELLED: "Wisła Parcel reports the parcel as cancelled.",
}


def _on_the_way(kind: CheckpointKind):
    def drive(scene):
        sale = scene.approved()
        scene.report(sale.send(), kind)
        return sale

    drive.__name__ = f"parcel_{kind.name.lower()}"
    return drive


for _kind in CheckpointKind:
    state(_ON_THE_WAY.get(_kind, "Your return is with Wisła Parcel."))(_on_the_way(_kind))


@state("Your return is with Wisła Parcel.")
def sent_again_after_it_lapsed(scene):
    """The first parcel, which its carrier reported last, is not this attempt's."""
    sale = scene.approved()
    first = sale.send()
    sale = scene.silent(sale).by_buyer("reopenReturn").approve()
    scene.report(sale.send(), CheckpointKind.IN_TRANSIT)
    scene.report(first, CheckpointKind.LOST)
    return sale


@state("Your return is on its way.")
def withdrawal_in_transit(scene):
    sale = scene.withdrawn(series=ONE_COUNTRY)
    scene.report(sale.send(), CheckpointKind.PICKED_UP, CheckpointKind.DEPARTED)
    return sale


@state("Your return has arrived.")
def withdrawal_received(scene):
    return scene.withdrawn(series=ONE_COUNTRY).receive(participant=1, key="seller")


@state("Nanshan Outdoor has refunded 50.00 EUR already.")
def withdrawal_paid_ahead(scene):
    return withdrawal_in_transit(scene).pay(5_000)


@state("Your return counts as accepted.")
def withdrawal_accepted_by_silence(scene):
    return scene.silent(withdrawal_in_transit(scene))


# --- Arrived ----------------------------------------------------------------------------------------------------------


@state("Bao'an Returns Centre has received your return and is checking it.")
def received(scene):
    return scene.approved().receive()


@state("Nanshan Outdoor has received your return, and Bao'an Returns Centre has to check it.")
def received_by_the_seller(scene):
    return scene.approved().receive(participant=1, key="seller")


@state("Nanshan Outdoor has received your return and is checking it.")
def received_without_inspector(scene):
    return scene.sale().open().approve(inspector=0).receive(participant=1, key="seller")


@state("Bao'an Returns Centre has received part of your return and is checking it.")
def received_in_part(scene):
    return scene.approved(*BOTH).receive((0, 1))


@state("Part of your return has arrived.")
def received_in_part_and_checked(scene):
    return received_in_part(scene).inspect()


@state("Part of your return has arrived.")
def received_in_part_the_rest_on_its_way(scene):
    sale = received_in_part_and_checked(scene)
    scene.report(sale.send(), CheckpointKind.DEPARTED)
    return sale


@state("Bao'an Returns Centre has received your return and is checking it.")
def received_short_with_wrong_and_extra_pieces(scene):
    sale = scene.approved(*BOTH)
    lines = [{"line": 0, "quantity": 1}, {"line": 1, "quantity": 1}]
    given = {"participant": 4, "complete": True, "wrong": 1, "extra": 2, "evidence": DOCUMENT, "lines": lines}
    sale.act("receiveGoods", sale.key("inspector"), returnId=sale.rma, **given)
    return sale


@state("Nothing of your return arrived.")
def received_nothing(scene):
    sale = scene.approved()
    sale.send()
    sale.act("receiveGoods", sale.key("inspector"), returnId=sale.rma, participant=4, complete=True)
    return sale


@state("Bao'an Returns Centre has accepted your return.")
def the_rest_counts_as_not_sent(scene):
    return scene.silent(received_in_part_and_checked(scene))


@state("Nothing of your return arrived.")
def lost_at_the_buyers_risk(scene):
    sale = scene.approved(series=LOSS_IS_BUYERS)
    scene.report(sale.send(), CheckpointKind.LOST)
    return scene.silent(sale)


@state("Your return counts as accepted.")
def arrival_counts_by_silence(scene):
    sale = scene.approved()
    scene.report(sale.send(), CheckpointKind.DEPARTED)
    return scene.silent(sale)


@state("Bao'an Returns Centre has received your return and is checking it.")
def inspected_in_part(scene):
    return scene.approved(*BOTH).receive((0, 1), (1, 2), complete=True).inspect(inspected(0, accepted=1))


@state("Your return counts as accepted.")
def accepted_by_silence(scene):
    return scene.silent(received(scene))


# --- Money ------------------------------------------------------------------------------------------------------------


@state("Bao'an Returns Centre has accepted your return.")
def refund_due(scene):
    return scene.accepted()


@state("Bao'an Returns Centre has accepted part of your return.")
def accepted_in_part_with_diminished_value(scene):
    sale = scene.approved(*BOTH, series=FEES).receive((0, 1), (1, 2), complete=True)
    return sale.inspect(inspected(0, accepted=1, diminished=1_250, grade=3), inspected(1, accepted=1, rejected=1))


@state("Part of your return was not accepted.")
def diminished_and_refunded_with_goods_to_give_back(scene):
    return accepted_in_part_with_diminished_value(scene).pay()


@state("Nanshan Outdoor has refunded part: 50.00 EUR.")
def refunded_in_part(scene):
    return refund_due(scene).pay(5_000)


@state("Nanshan Outdoor has refunded 124.50 EUR.")
def refunded(scene):
    return refund_due(scene).pay()


@state("Nanshan Outdoor has refunded 124.50 EUR.")
def refunded_late(scene):
    return scene.late(refund_due(scene)).pay()


@state("Nanshan Outdoor has refunded 129.50 EUR.")
def refunded_with_goodwill(scene):
    return refund_due(scene).pay(goodwill_minor=500)


@state("Nanshan Outdoor has refunded 128.40 EUR.")
def overpaid(scene):
    return refund_due(scene).pay(12_840)


@state("Nanshan Outdoor has refunded 167.40 EUR.")
def refunded_a_withdrawal_of_the_whole_order(scene):
    whole = (COAT, (1, 2, TOO_LARGE))
    return scene.all_accepted(scene.withdrawn(*whole), *whole, participant=1, key="seller").pay()


@state("Your return is accepted, but no money is due.")
def worth_nothing(scene):
    return scene.approved().receive(complete=True).inspect(inspected(0, accepted=1, diminished=10_000, grade=4))


@state("Nanshan Outdoor owes you 124.50 EUR.")
def defaulted(scene):
    return scene.silent(refund_due(scene))


@state("Nanshan Outdoor has paid, but too late.")
def defaulted_and_paid(scene):
    return defaulted(scene).pay()


@state("Nanshan Outdoor owes you 74.50 EUR.")
def defaulted_and_paid_in_part(scene):
    return defaulted(scene).pay(5_000)


@state("Bao'an Returns Centre has accepted your return.")
def store_credit_due(scene):
    return scene.accepted(resolution=Resolution.STORE_CREDIT)


@state("Nanshan Outdoor has given you store credit of 124.50 EUR.")
def store_credit_given(scene):
    return store_credit_due(scene).pay()


# --- Goods to the buyer -----------------------------------------------------------------------------------------------


@state("Nothing of your return was accepted.")
def rejected_to_give_back(scene):
    return scene.rejected()


@state("Nothing of your return was accepted.")
def rejected_and_given_back(scene):
    return scene.ship(scene.rejected(), ParcelPurpose.GOODS_GIVEN_BACK, CheckpointKind.DEPARTED)


@state("Your return counts as accepted.")
def not_given_back(scene):
    return scene.silent(scene.rejected())


@state("Nanshan Outdoor owes you 147.40 EUR.")
def defaulted_with_goods_to_give_back(scene):
    sale = scene.approved(*BOTH, series=KIND).receive((0, 1), (1, 2), complete=True)
    return scene.silent(sale.inspect(inspected(0, accepted=1), inspected(1, accepted=1, rejected=1)))


@state("Your return is accepted, and Nanshan Outdoor has to send your replacement.")
def replacement_due(scene):
    return scene.accepted(resolution=Resolution.REPLACEMENT)


@state("Nanshan Outdoor has sent your replacement.")
def replacement_sent(scene):
    return scene.ship(replacement_due(scene), ParcelPurpose.REPLACEMENT)


@state("Wisła Parcel has delivered your replacement.")
def replacement_delivered(scene):
    return scene.ship(replacement_due(scene), ParcelPurpose.REPLACEMENT, CheckpointKind.DELIVERED)


@state("You get money, as no goods were sent to you in time.")
def refund_instead_of_replacement(scene):
    return scene.silent(replacement_due(scene))


@state("Your return is accepted, and Nanshan Outdoor has to send your repaired goods.")
def repair_due(scene):
    return scene.accepted(resolution=Resolution.REPAIR)


@state("Nanshan Outdoor has sent your repaired goods.")
def repair_sent(scene):
    return scene.ship(repair_due(scene), ParcelPurpose.REPAIRED, CheckpointKind.IN_TRANSIT)


# --- The last word ----------------------------------------------------------------------------------------------------


@state("You said that the refund did not arrive.")
def contested(scene):
    return refunded(scene).by_buyer("confirmOutcome", arrived=False, evidence=DOCUMENT)


@state("You said that the replacement did not arrive.")
def contested_replacement(scene):
    return replacement_sent(scene).by_buyer("confirmOutcome", arrived=False)


@state("Nanshan Outdoor says that the refund did arrive.")
def proved(scene):
    return contested(scene).by_seller("proveOutcome", evidence=DOCUMENT)


@state("Nanshan Outdoor owes you 124.50 EUR.")
def contested_and_not_proved(scene):
    return scene.silent(contested(scene))


@state("Nanshan Outdoor owes you 84.50 EUR.")
def contested_and_paid_in_part_again(scene):
    sale = contested_and_not_proved(scene)
    scene.pass_s(60)
    return sale.pay(4_000)


@state("Your return is closed.")
def closed_when_the_refund_arrived(scene):
    return refunded(scene).by_buyer("confirmOutcome", arrived=True)


@state("Your return is closed.")
def closed_by_silence(scene):
    return scene.silent(refunded(scene))


@state("Your return is closed.")
def closed_early_by_the_buyer(scene):
    return refund_due(scene).by_buyer("closeReturn")


@state("Your return is closed.")
def closed_after_a_decline(scene):
    return scene.silent(declined(scene))


@state("Your return is closed.")
def closed_after_it_lapsed(scene):
    return scene.silent(expired_as_nothing_was_sent(scene))


@state("Your return is closed.")
def closed_after_a_default(scene):
    return scene.silent(defaulted(scene))


@state("Your return is closed.")
def closed_after_a_replacement(scene):
    return scene.silent(replacement_sent(scene))


# --- Beside the process -----------------------------------------------------------------------------------------------


@state("Your return is waiting for Nanshan Outdoor to answer.")
def another_device_proposed(scene):
    sale = requested(scene)
    sale.act("proposeBuyerKey", sale.key("seller"), receipt=sale.receipt, buyer=sale.make_key().address)
    return sale


@state("Your return is waiting for Nanshan Outdoor to answer.")
def delivery_stated_by_both(scene):
    at = scene.world.now
    sale = scene.sale()
    sale.act("stateDelivery", sale.key("seller"), receipt=sale.receipt, participant=1, deliveredAt=at)
    sale.act("stateDelivery", sale.buyer, receipt=sale.receipt, deliveredAt=at)
    return sale.open(delivered_at=at)
