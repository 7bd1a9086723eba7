"""Disputes of every kind, driven to every end: what is contested, and how it ends, are two lists that are combined."""

from contextlib import contextmanager

from benchmarks.cases import compiled_mock, plain_call
from ledger_api.demo import COUNCIL, DISPUTES, MEMBERS
from ledger_api.rules.awards import awarded, part_of
from ledger_api.rules.entries import decode_data, topic_of
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import CheckpointKind, DisputeEnding, DisputeGround, ParcelPurpose, Resolution, Verdict
from tests.acting import Dispute, Sale, inspected
from tests.pages.states import BOTH, COAT, DOCUMENT, KIND, Scene
from tests.wallet import Wallet

SELLER_BY_DEFAULT, OUTSIDE = 15, 16  # series of policies
ARBITRATORS = [number for number, _, _, roles in MEMBERS if roles == 16]
UNITS = 10_000  # of the token in a cent
PURSE = 10**15
PAYOUT = "0x" + "5a" * 20
COAT_PIECE, HATS_PIECES = awarded(0, accepted=1), awarded(1, accepted=2)
RULED, OFFERED, COUNTERED = 8_500, 7_000, 9_000  # basis points


class Court(Scene):
    """A consortium with policies that differ in how disputes end, an escrow, and an arbitrator contract."""

    def __init__(self, world, chain):
        super().__init__(world, chain)
        self.wallet = Wallet(world.node)
        self.outside = self.wallet.send(None, compiled_mock("CentralizedArbitrator"))
        self.publish(SELLER_BY_DEFAULT, disputes={**DISPUTES, "buyerByDefault": False})
        self.publish(OUTSIDE, disputes={**DISPUTES, "arbitrator": self.outside})
        self.council = [world.key(name) for name in COUNCIL[:2]]
        self.token = self._purse()

    def _purse(self) -> bytes:
        """A euro of which the wallet has plenty."""
        token = self.wallet.send(None, compiled_mock("TestToken"))
        self.post("refunds", "listToken", {"token": token, "currency": "EUR", "unitsPerMinor": UNITS}, *self.council)
        self.wallet.send(token, plain_call("mint(address,uint256)", hex_of(self.wallet.key.address), PURSE))
        self.wallet.send(token, plain_call("approve(address,uint256)", hex_of(self.escrow), PURSE))
        return token

    @property
    def escrow(self) -> bytes:
        return self.world.ledger.deployment.addresses["RefundEscrow"]

    def deposit(self, sale: Sale) -> Sale:
        """All that can become due."""
        paid_in = plain_call("deposit(bytes32,address,uint256)", sale.rma, hex_of(self.token), 20_000 * UNITS)
        self.wallet.send(self.escrow, paid_in)
        self.world.turn()
        return sale

    @contextmanager
    def nobody_may_rule(self):
        """All arbitrators are suspended meanwhile."""
        self._suspend(True)
        yield
        self._suspend(False)

    def _suspend(self, suspended: bool) -> None:
        for number in ARBITRATORS:
            request = {"participant": number, "suspended": suspended}
            self.post("participants", "setSuspension", request, *self.council)

    def rule_outside(self, dispute: Dispute, ruling: int) -> None:
        """The arbitrator contract rules, as anybody tells it."""
        node, desk = self.world.node, self.world.ledger.deployment.addresses["DisputeDesk"]
        topics = [topic_of("DisputeEscalated"), dispute.dispute_id]
        (entry,) = node.logs(0, node.block_number(), [desk], topics)
        external = decode_data(entry.topics[0], entry.data)["externalId"]
        self.wallet.send(self.outside, plain_call("giveRuling(uint256,uint256)", external, ruling))
        self.world.turn()

    # --- time

    def dispute_silent(self, dispute: Dispute) -> Dispute:
        """Nobody acts until anybody may call for what follows, and somebody does."""
        self.chain.time_travel(max(dispute.state["turn"]["enforceable_at"], self.world.now + 1))
        return dispute.enforce()

    def evidence_over(self, dispute: Dispute) -> Dispute:
        self.chain.time_travel(max(dispute.state["evidence_until"], self.world.now + 1))
        return dispute

    # --- returns that somebody will dispute

    def worn(self, *lines, series: int = KIND) -> Sale:
        """All arrived, and lost two fifths of its value."""
        lines = lines or (COAT,)
        sale = self.approved(*lines, series=series)
        sale.receive(*((number, pieces) for number, pieces, _ in lines), complete=True)
        return sale.inspect(*(inspected(n, accepted=pieces, diminished=4_000, grade=3) for n, pieces, _ in lines))


# --- What is contested ------------------------------------------------------------------------------------------------
CONTESTS = {}  # name → what opens a dispute under a policy


def contest(open_dispute):
    CONTESTS[open_dispute.__name__] = open_dispute
    return open_dispute


@contest
def buyer_about_an_inspection(scene: Court, series: int) -> Dispute:
    return scene.worn(series=series).dispute().open(COAT_PIECE)


@contest
def buyer_about_two_lines_and_postage(scene: Court, series: int) -> Dispute:
    return scene.worn(*BOTH, series=series).pay().dispute().open(COAT_PIECE, HATS_PIECES, extra_minor=1_290)


@contest
def buyer_about_a_rejection(scene: Court, series: int) -> Dispute:
    sale = scene.approved(series=series).receive(complete=True).inspect(inspected(0, rejected=1, grade=5))
    return sale.dispute().open(COAT_PIECE)


@contest
def buyer_about_a_decline(scene: Court, series: int) -> Dispute:
    sale = scene.sale(series).open().by_seller("declineReturn", reason=101)
    return sale.dispute().open(awarded(0, awaited=1), ground=DisputeGround.DECLINED)


@contest
def buyer_about_a_part_that_was_not_approved(scene: Court, series: int) -> Dispute:
    sale = scene.sale(series).open(*BOTH).approve(exceptions=[{"line": 1, "quantity": 1, "reason": 104}])
    return sale.dispute().open(awarded(1, awaited=2), ground=DisputeGround.DECLINED)


@contest
def buyer_about_a_lapse(scene: Court, series: int) -> Dispute:
    sale = scene.silent(scene.approved(series=series))
    return sale.dispute().open(awarded(0, accepted=1), ground=DisputeGround.DELIVERY_DENIED)


@contest
def buyer_about_a_lost_parcel(scene: Court, series: int) -> Dispute:
    sale = scene.approved(series=series)
    scene.report(sale.send(), CheckpointKind.PICKED_UP, CheckpointKind.LOST)
    return sale.dispute().open(COAT_PIECE, ground=DisputeGround.PARCEL_LOST)


@contest
def buyer_about_money_that_did_not_come(scene: Court, series: int) -> Dispute:
    sale = scene.accepted(series=series).pay().by_buyer("confirmOutcome", arrived=False, evidence=DOCUMENT)
    paid = sale.state["money"]["refunded_minor"]
    return sale.dispute().open(unpaid_minor=paid, ground=DisputeGround.NOT_PAID)


@contest
def buyer_about_postage_alone(scene: Court, series: int) -> Dispute:
    return scene.accepted(series=series).pay().dispute().open(extra_minor=2_490, ground=DisputeGround.REFUND_SHORT)


@contest
def buyer_about_a_replacement(scene: Court, series: int) -> Dispute:
    sale = scene.accepted(series=series, resolution=Resolution.REPLACEMENT)
    scene.ship(sale, ParcelPurpose.REPLACEMENT, CheckpointKind.PICKED_UP, CheckpointKind.DELIVERED)
    return sale.dispute().open(COAT_PIECE, ground=DisputeGround.WRONG_GOODS)


@contest
def buyer_with_an_escrow(scene: Court, series: int) -> Dispute:
    return scene.deposit(scene.worn(series=series)).dispute().open(COAT_PIECE)


@contest
def seller_about_wrong_goods(scene: Court, series: int) -> Dispute:
    sale = scene.accepted(series=series)
    claim = awarded(0, accepted=1, basis_points=3_000)
    return sale.dispute(by_buyer=False).open(claim, ground=DisputeGround.WRONG_GOODS)


@contest
def seller_about_what_his_silence_did(scene: Court, series: int) -> Dispute:
    sale = scene.silent(scene.approved(*BOTH, series=series).receive((0, 1), (1, 2), complete=True))
    claims = awarded(0, accepted=1, basis_points=5_000), awarded(1, accepted=2, basis_points=0)
    return sale.dispute(by_buyer=False).open(*claims)


@contest
def seller_with_an_escrow(scene: Court, series: int) -> Dispute:
    sale = scene.deposit(scene.accepted(series=series))
    return sale.dispute(by_buyer=False).open(awarded(0, accepted=1, basis_points=6_000))


# --- How it ends ------------------------------------------------------------------------------------------------------
ENDINGS = {}  # name → (what drives an opened dispute there, how it then ended, under which policies)
EITHER_DEFAULT, OUTSIDE_FIRST = (KIND, SELLER_BY_DEFAULT), (OUTSIDE,)
NOBODY_ELIGIBLE = set()  # names of those whose dispute is opened while nobody may rule


def ending(expected: DisputeEnding, series: tuple = EITHER_DEFAULT, nobody: bool = False):
    """Registers what drives a dispute to this end."""

    def register(drive):
        ENDINGS[drive.__name__] = (drive, expected, series)
        if nobody:
            NOBODY_ELIGIBLE.add(drive.__name__)
        return drive

    return register


def _offered(dispute: Dispute) -> Dispute:
    """By the side that did not open it."""
    return dispute.offer(part_of(dispute.claim, OFFERED), by_buyer=not dispute.by_buyer)


def _reviewed(scene: Court, dispute: Dispute) -> Dispute:
    """Both brought evidence, and its time is over."""
    dispute.answer().evidence().escalate().evidence(by_buyer=False)
    return scene.evidence_over(dispute)


def _ruled(scene: Court, dispute: Dispute) -> Dispute:
    return _reviewed(scene, dispute).rule(_award(dispute))


def _award(dispute: Dispute) -> dict:
    """Of a ruling; the buyer bears a fifth of the costs."""
    return {**part_of(dispute.claim, RULED), "buyerCostBasisPoints": 2_000}


def _appealed(scene: Court, dispute: Dispute) -> Dispute:
    """By the side that did not open it; the panel may rule."""
    _ruled(scene, dispute).appeal(by_buyer=not dispute.by_buyer).evidence(dispute.by_buyer)
    return scene.evidence_over(dispute)


@ending(DisputeEnding.SETTLED)
def settled_by_the_claim(scene, dispute):
    dispute.accept(by_buyer=not dispute.by_buyer)


@ending(DisputeEnding.SETTLED)
def settled_by_an_offer(scene, dispute):
    _offered(dispute.answer()).accept(by_buyer=dispute.by_buyer)


@ending(DisputeEnding.SETTLED)
def settled_by_a_counter_offer(scene, dispute):
    _offered(dispute.answer()).offer(part_of(dispute.claim, COUNTERED), by_buyer=dispute.by_buyer)
    dispute.accept(by_buyer=not dispute.by_buyer)


@ending(DisputeEnding.SETTLED)
def settled_under_review(scene, dispute):
    _offered(dispute.answer().escalate()).accept(by_buyer=dispute.by_buyer)


@ending(DisputeEnding.SETTLED)
def settled_after_the_ruling(scene, dispute):
    _offered(_ruled(scene, dispute)).accept(by_buyer=dispute.by_buyer)


@ending(DisputeEnding.WITHDRAWN)
def withdrawn_before_the_answer(scene, dispute):
    dispute.withdraw()


@ending(DisputeEnding.WITHDRAWN)
def withdrawn_after_the_answer(scene, dispute):
    dispute.answer().withdraw()


@ending(DisputeEnding.WITHDRAWN)
def withdrawn_under_review(scene, dispute):
    dispute.answer().escalate().withdraw()


@ending(DisputeEnding.WITHDRAWN)
def lapsed_by_silence(scene, dispute):
    scene.dispute_silent(dispute.answer())


@ending(DisputeEnding.RULED)
def ruled_and_final_by_silence(scene, dispute):
    scene.dispute_silent(_ruled(scene, dispute))


@ending(DisputeEnding.RULED)
def ruled_without_an_answer(scene, dispute):
    scene.evidence_over(scene.dispute_silent(dispute)).rule(_award(dispute))
    scene.dispute_silent(dispute)


@ending(DisputeEnding.RULED)
def dismissed(scene, dispute):
    scene.dispute_silent(_reviewed(scene, dispute).rule(verdict=Verdict.DISMISSED))


@ending(DisputeEnding.REFUSED)
def refused(scene, dispute):
    scene.dispute_silent(_reviewed(scene, dispute).rule(verdict=Verdict.REFUSED))


@ending(DisputeEnding.RULED)
def ruled_after_one_recused(scene, dispute):
    dispute.answer().escalate().recuse()
    scene.dispute_silent(scene.evidence_over(dispute).rule(_award(dispute)))


@ending(DisputeEnding.RULED)
def ruled_after_one_was_silent(scene, dispute):
    scene.dispute_silent(dispute.answer().escalate()).rule(_award(dispute))
    scene.dispute_silent(dispute)


@ending(DisputeEnding.RULED_ON_APPEAL)
def ruled_by_the_panel(scene, dispute):
    _appealed(scene, dispute).rule_on_appeal(part_of(dispute.claim, COUNTERED))


@ending(DisputeEnding.RULED_ON_APPEAL)
def dismissed_by_the_panel(scene, dispute):
    _appealed(scene, dispute).rule_on_appeal(verdict=Verdict.DISMISSED)


@ending(DisputeEnding.RULED_ON_APPEAL)
def ruled_by_a_panel_of_which_one_recused(scene, dispute):
    _appealed(scene, dispute)
    dispute.recuse(dispute.state["panel"][0]).rule_on_appeal(part_of(dispute.claim, COUNTERED))


@ending(DisputeEnding.RULED)
def ruled_as_the_panel_was_silent(scene, dispute):
    scene.dispute_silent(_appealed(scene, dispute))


@ending(DisputeEnding.BY_DEFAULT)
def by_default_as_all_were_silent(scene, dispute):
    dispute.answer().escalate()
    while dispute.state["stage"] == "under_review":
        scene.dispute_silent(dispute)


@ending(DisputeEnding.BY_DEFAULT)
def by_default_as_all_recused(scene, dispute):
    dispute.answer().escalate()
    while dispute.state["stage"] == "under_review":
        dispute.recuse()


@ending(DisputeEnding.BY_DEFAULT, nobody=True)
def by_default_as_nobody_was_eligible(scene, dispute):
    dispute.answer().escalate()


@ending(DisputeEnding.BY_DEFAULT, nobody=True)
def by_default_as_nobody_was_eligible_or_answered(scene, dispute):
    scene.dispute_silent(dispute)


@ending(DisputeEnding.RULED, OUTSIDE_FIRST)
def ruled_by_a_contract(scene, dispute):
    scene.rule_outside(_reviewed(scene, dispute), 86)
    scene.dispute_silent(dispute)


@ending(DisputeEnding.REFUSED, OUTSIDE_FIRST)
def refused_by_a_contract(scene, dispute):
    scene.rule_outside(_reviewed(scene, dispute), 0)
    scene.dispute_silent(dispute)


@ending(DisputeEnding.RULED, OUTSIDE_FIRST)
def ruled_as_a_contract_was_silent(scene, dispute):
    scene.dispute_silent(_reviewed(scene, dispute)).rule(_award(dispute))
    scene.dispute_silent(dispute)


# --- What follows -----------------------------------------------------------------------------------------------------


def settle_money(scene: Court, sale: Sale, number: int) -> None:
    """What is due afterwards: the escrow pays it, or the seller, or he does not, or too late, or it waits."""
    state = sale.state
    if not state["money"]["due_minor"] or state["turn"]["act"] != "refund":
        return
    if state["escrow"] and state["escrow"]["held_units"]:
        sale.act("withdrawRefund", sale.buyer, returnId=sale.rma, to=PAYOUT)
        return
    manner = number % 4
    if manner in (1, 2):
        scene.silent(sale)
    if manner in (0, 2):
        sale.pay(state["money"]["due_minor"])


def drive(scene: Court, number: int) -> tuple[str, str, Dispute]:
    """The dispute of that number: each end in turn, each time about something else. Names of contest and end."""
    name = list(ENDINGS)[number % len(ENDINGS)]
    subject = list(CONTESTS)[(number + number // len(ENDINGS)) % len(CONTESTS)]
    run, expected, series = ENDINGS[name]
    dispute = CONTESTS[subject](scene, series[(number + number // len(ENDINGS)) % len(series)])
    run(scene, dispute)
    assert dispute.state["ending"] == expected.name.lower(), (name, subject, dispute.state["ending"])
    settle_money(scene, dispute.sale, number)
    return subject, name, dispute


def grow(scene: Court, count: int) -> list[tuple[str, str, Dispute]]:
    """That many disputes, driven to their ends; those for whom nobody is eligible come last, together."""
    names = list(ENDINGS)
    last = [number for number in range(count) if names[number % len(names)] in NOBODY_ELIGIBLE]
    found = [drive(scene, number) for number in range(count) if number not in last]
    with scene.nobody_may_rule():
        found += [drive(scene, number) for number in last]
    return found
