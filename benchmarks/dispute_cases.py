"""Acts in a dispute over one return, by its sides, arbitrators who were drawn, and an arbitrator contract."""

from dataclasses import dataclass

from benchmarks.cases import Case, plain_call, word
from ledger_api.rules import awards
from ledger_api.rules.entries import decode_data, topic_of
from ledger_api.vocabulary import DisputeConsequence, DisputeGround, EvidenceKind, Verdict

DESK = "DisputeDesk"
RULED_BASIS_POINTS = 8_500
RULED_OUTSIDE = 86  # for an arbitrator contract, 85 percent
PANEL_QUORUM = 2


@dataclass
class DisputeCase(Case):
    """A case whose buyer disputes what all its lines lost in value. `seed` is the buyer's."""

    seed: bytes = b""
    opening: bytes = b""  # its request digest

    # --- the sides

    def contest(self, to_contract: bool = False) -> "DisputeCase":
        """The inspector took 40 percent off; the buyer claims all of it, from an arbitrator contract or not."""
        self.series = 2 if to_contract else 1
        return self.receive().accept(diminished=4_000)

    def open_dispute(self, **options) -> "DisputeCase":
        self.contest(**options)
        self.seed = word()
        said = {"ground": DisputeGround.INSPECTION, "statement": word(), "seedHash": awards.seed_hash(self.seed)}
        self.by("buyer", "openDispute", number=1, claim=self.award(), parcels=self.parcels, **said)
        return self

    def answer(self, **options) -> "DisputeCase":
        return self.open_dispute(**options).by("seller", "answerDispute", participant=1, statement=word(), seed=word())

    def offer(self) -> "DisputeCase":
        return self.answer().by("seller", "makeOffer", participant=1, statement=word(), award=self.award(7_000))

    def settle(self) -> "DisputeCase":
        """The buyer takes the seller's offer."""
        return self.offer().by("buyer", "acceptOffer", offer=self.entry("OfferMade").topics[2])

    def evidence(self) -> "DisputeCase":
        return self.answer().by("buyer", "submitEvidence", kind=EvidenceKind.ITEM_DESCRIPTION, document=word())

    def escalate(self, **options) -> "DisputeCase":
        return self.answer(**options).by("buyer", "escalateDispute", seed=self.seed)

    def withdraw(self) -> "DisputeCase":
        return self.answer().by("buyer", "withdrawDispute")

    # --- arbitrators

    def recuse(self) -> "DisputeCase":
        return self.escalate().by_arbitrator("recuseArbitrator")

    def rule(self) -> "DisputeCase":
        self.escalate().pass_evidence()
        return self.by_arbitrator("giveRuling", award=self.award(RULED_BASIS_POINTS), **self._reasons())

    def rule_outside(self) -> "DisputeCase":
        """Through the arbitrator contract of the policy."""
        self.escalate(to_contract=True).pass_evidence()
        said = decode_data(topic_of("DisputeEscalated"), self.entry("DisputeEscalated").data)
        ruling = plain_call("giveRuling(uint256,uint256)", said["externalId"], RULED_OUTSIDE)
        sent = self.scene.send(said["arbitratorContract"], ruling)
        self.done, self.gas = "rule", sent.gas_used
        return self

    def appeal(self) -> "DisputeCase":
        return self.rule().by("seller", "appealRuling", participant=1, statement=word())

    def rule_on_appeal(self, members: int = PANEL_QUORUM) -> "DisputeCase":
        """So many of the panel sign."""
        self.appeal().pass_evidence()
        panel = decode_data(topic_of("RulingAppealed"), self.entry("RulingAppealed").data)["panel"]
        signers = [self.keys[f"arbitrator {number}"] for number in panel[:members]]
        return self.act("givePanelRuling", *signers, award=self.award(RULED_BASIS_POINTS), **self._reasons())

    def by_arbitrator(self, action: str, **given) -> "DisputeCase":
        """He who was drawn."""
        *_, number = self.read("standingOf", DESK)
        return self.by(f"arbitrator {number}", action, participant=number, **given)

    # --- nobody

    def dispute_silence(self, consequence: DisputeConsequence) -> "DisputeCase":
        """As `silence`, of the dispute."""
        *_, enforceable_at, found = self.read("turnOf", DESK)
        self._meant(DisputeConsequence(found), consequence)
        self.pass_until(enforceable_at)
        self.call(DESK, "enforce(bytes32)", self.dispute)
        self.done = f"enforce_dispute_{consequence.name.lower()}"
        return self

    def all_silent(self) -> "DisputeCase":
        """No arbitrator rules; the last one's silence ends it by default."""
        self.escalate()
        while DisputeConsequence(self.read("turnOf", DESK)[-1]) == DisputeConsequence.PASSED:
            self.dispute_silence(DisputeConsequence.PASSED)
        return self.dispute_silence(DisputeConsequence.DEFAULTED)

    # --- helpers

    def award(self, basis_points: int = awards.ALL) -> dict:
        """The piece of each line at that part of its value."""
        return awards.award(*(awards.awarded(n, accepted=1, basis_points=basis_points) for n in range(self.size)))

    def pass_evidence(self) -> "DisputeCase":
        """The time for evidence is over."""
        return self.pass_until(self.read("turnOf", DESK)[2])

    def entry(self, name: str):
        """The newest entry of that name."""
        node, at = self.scene.node, self.scene.deployment.addresses[DESK]
        return node.logs(0, node.block_number(), [at], [topic_of(name), self.dispute])[-1]

    @staticmethod
    def _reasons() -> dict:
        return {"verdict": Verdict.AWARDED, "reasons": word()}
