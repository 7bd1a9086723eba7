"""Real returns with disputes at every stage and with every ending, by buyer and by seller; on top of states.py.

ARBITRATOR in a sentence stands for the name of who has the case.
"""

from ledger_api.rules import awards
from ledger_api.vocabulary import CheckpointKind, DisputeGround, EvidenceKind, Verdict
from tests.acting import TOO_LARGE, Dispute, inspected
from tests.pages.states import BOTH, DOCUMENT, FOR_SELLER, STATES, Scene, state

SCRATCH = 4_000  # basis points that the inspector takes off
PASSES = 4  # arbitrators who may let their time run out before it ends by default
DISPUTED = []  # names of the states that this module registers


def disputed(sentence: str):
    """Registers what drives a disputed return into a state of this first sentence; it gives the dispute."""

    def register(drive):
        def drive_return(scene):
            return drive(scene).sale

        drive_return.__name__ = drive.__name__
        state(sentence)(drive_return)
        DISPUTED.append(next(reversed(STATES)))
        return drive

    return register


def coat(basis_points: int = awards.ALL, **amounts) -> dict:
    """The coat at that part of its price."""
    return awards.award(awards.awarded(0, accepted=1, basis_points=basis_points), **amounts)


# --- Driving ----------------------------------------------------------------------------------------------------------


def scratched(scene: Scene, series: int = 1):
    """The inspector takes off for a scratch of the coat, and the seller pays the rest."""
    sale = scene.approved(*BOTH, series=series)
    sale.receive((0, 1), (1, 2), complete=True)
    return sale.inspect(inspected(0, accepted=1, diminished=SCRATCH, grade=2), inspected(1, accepted=2)).pay()


def by_buyer(scene: Scene, series: int = 1) -> Dispute:
    return scratched(scene, series).dispute().open(*coat()["lines"])


def by_seller(scene: Scene, series: int = 1) -> Dispute:
    """What counts as accepted in full is contested; the seller pays what it leaves to the buyer."""
    dispute = unpaid_by_seller(scene, series)
    dispute.sale.pay()
    return dispute


def unpaid_by_seller(scene: Scene, series: int = 1) -> Dispute:
    sale = scene.approved(series=series).receive(complete=True)
    return scene.silent(sale).dispute(by_buyer=False).open(*coat(6_000)["lines"])


def reviewed(dispute: Dispute) -> Dispute:
    return dispute.answer().escalate()


def after_evidence(scene: Scene, dispute: Dispute) -> Dispute:
    scene.chain.time_travel(dispute.state["evidence_until"] + 1)
    return dispute


def silent(scene: Scene, dispute: Dispute) -> Dispute:
    """Nobody acts until anybody may call for what follows, and somebody does."""
    scene.chain.time_travel(dispute.state["turn"]["enforceable_at"] + 1)
    return dispute.enforce()


def ruled(scene: Scene, dispute: Dispute, award: dict | None = None, **verdict) -> Dispute:
    return after_evidence(scene, reviewed(dispute)).rule(award, **verdict)


# --- Inquiry ----------------------------------------------------------------------------------------------------------


@disputed("Your dispute is waiting for Nanshan Outdoor to answer.")
def disputed_by_the_buyer(scene):
    return by_buyer(scene)


@disputed("The dispute is waiting for you to answer.")
def disputed_by_the_seller(scene):
    return by_seller(scene)


@disputed("Your return counts as accepted.")
def disputed_by_the_seller_with_the_rest_due(scene):
    return unpaid_by_seller(scene)


@disputed("Nanshan Outdoor answered your dispute.")
def answered_by_the_seller(scene):
    return by_buyer(scene).evidence().answer().offer(coat(7_000)).offer(coat(9_000), by_buyer=True)


@disputed("You answered the dispute.")
def answered_by_the_buyer(scene):
    return by_seller(scene).answer().offer(coat(8_000)).offer(coat(8_500))


@disputed("Nanshan Outdoor has approved part of your return.")
def disputed_for_one_item_while_the_other_is_on_its_way(scene):
    sale = scene.sale().open(*BOTH)
    sale.approve(exceptions=[{"line": 0, "quantity": 0, "reason": 104}])
    return sale.dispute().open(*coat()["lines"], ground=DisputeGround.DECLINED)


# --- Review and ruling ------------------------------------------------------------------------------------------------


@disputed("ARBITRATOR decides about your dispute.")
def under_review(scene):
    return reviewed(by_buyer(scene).evidence(by_buyer=False, kind=EvidenceKind.PROOF_OF_DAMAGE))


@disputed("ARBITRATOR decides about the dispute.")
def under_review_after_silence(scene):
    return silent(scene, by_seller(scene))


@disputed("ARBITRATOR decides about your dispute.")
def passed_on_and_recused(scene):
    return silent(scene, reviewed(by_buyer(scene))).recuse()


@disputed("ARBITRATOR ruled on your dispute.")
def ruled_for_a_part(scene):
    return ruled(scene, by_buyer(scene), coat(8_500, buyer_cost_basis_points=2_000))


@disputed("ARBITRATOR ruled on the dispute.")
def dismissed(scene):
    return ruled(scene, by_seller(scene), verdict=Verdict.DISMISSED)


@disputed("ARBITRATOR ruled on your dispute.")
def refused_by_the_arbitrator(scene):
    return ruled(scene, by_buyer(scene), verdict=Verdict.REFUSED)


@disputed("A panel of three decides about your dispute, for good.")
def appealed(scene):
    return ruled_for_a_part(scene).appeal()


# --- Ends -------------------------------------------------------------------------------------------------------------


@disputed("You and Nanshan Outdoor have agreed.")
def settled_by_an_offer(scene):
    return by_buyer(scene).answer().offer(coat(9_000)).accept()


@disputed("Nanshan Outdoor has refunded 73.14 EUR.")
def settled_by_the_claim(scene):
    return by_seller(scene).accept(by_buyer=True)


@disputed("Nanshan Outdoor has refunded 115.04 EUR.")
def taken_back(scene):
    return by_buyer(scene).withdraw()


@disputed("Nanshan Outdoor has refunded 115.04 EUR.")
def taken_back_by_silence(scene):
    return silent(scene, by_buyer(scene).answer())


@disputed("An arbitrator has decided about your return.")
def ended_by_a_ruling(scene):
    return silent(scene, ruled_for_a_part(scene))


@disputed("Nanshan Outdoor has refunded 142.14 EUR.")
def ended_by_a_ruling_and_paid(scene):
    dispute = ended_by_a_ruling(scene)
    dispute.sale.pay()
    return dispute


@disputed("Nanshan Outdoor owes you 27.10 EUR.")
def ended_by_a_ruling_and_not_paid(scene):
    dispute = ended_by_a_ruling(scene)
    scene.silent(dispute.sale)
    return dispute


@disputed("Nanshan Outdoor has refunded 115.04 EUR.")
def ended_by_a_refusal(scene):
    return silent(scene, refused_by_the_arbitrator(scene))


@disputed("A panel of arbitrators has decided about your return.")
def ended_by_a_panel(scene):
    dispute = after_evidence(scene, appealed(scene))
    return dispute.rule_on_appeal(coat(9_500))


@disputed("Your dispute has ended as the terms say, as no arbitrator decided.")
def ended_for_the_buyer_as_nobody_ruled(scene):
    dispute = reviewed(by_buyer(scene))
    for _ in range(PASSES):
        silent(scene, dispute)
    return dispute


@disputed("Nanshan Outdoor has refunded 115.04 EUR.")
def ended_for_the_seller_as_nobody_ruled(scene):
    dispute = reviewed(by_buyer(scene, FOR_SELLER))
    for _ in range(PASSES):
        silent(scene, dispute)
    return dispute


@disputed("Your return goes on, as the dispute about it ended.")
def declined_and_ruled_to_be_sent(scene):
    sale = scene.sale().open().by_seller("declineReturn", reason=101)
    dispute = sale.dispute().open(awards.awarded(0, awaited=1), ground=DisputeGround.DECLINED)
    return dispute.answer().accept(by_buyer=False)


@disputed("You said that the refund did not arrive.")
def not_paid(scene):
    sale = scene.accepted((0, 1, TOO_LARGE)).pay().by_buyer("confirmOutcome", arrived=False, evidence=DOCUMENT)
    return sale.dispute().open(unpaid_minor=12_450, ground=DisputeGround.NOT_PAID)


@disputed("An arbitrator has decided about your return.")
def not_paid_and_ruled(scene):
    award = awards.award(unpaid_minor=12_450, extra_minor=500)
    return silent(scene, ruled(scene, not_paid(scene), award))


@disputed("Your return is on its way.")
def disputed_with_an_inspector_and_a_message(scene):
    sale = scene.withdrawn()
    sale.by_seller("nameInspector", inspector=4)
    sale.act("sendMessage", sale.buyer, returnId=sale.rma, message=DOCUMENT)
    scene.report(sale.send(), CheckpointKind.DEPARTED)
    return sale.dispute().open(extra_minor=900, ground=DisputeGround.OTHER)
