"""The demo's third return: seller and buyer disagree about a scratch, and an arbitrator whom nobody chose decides.

What takes days is played in seconds, under terms of its own. Statements, evidence and reasons are commitments to
documents off chain.
"""

import time
from dataclasses import dataclass, field

from ledger_api.demo import DISPUTES, EUROPEAN_LEG, MEMBERS, TERMS, Story
from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.ids import dispute_id
from ledger_api.vocabulary import DisputeGround, EvidenceKind, Verdict

SERIES = 3
QUICK_TERMS = {**TERMS, "grace_s": 0}
QUICK_DISPUTES = {**DISPUTES, "evidence_s": 2, "appeal_s": 2}
COAT, HATS = 0, 1  # lines of the receipt
OFFERED, RULED = 6_000, 8_500  # basis points of the coat's value
NAMES = {number: (key, name) for number, key, name, _ in MEMBERS}
PAUSE_S = 0.1


@dataclass
class DisputeStory:
    """Played once, after the consortium was admitted."""

    story: Story
    pause: object = time.sleep
    seed: bytes = field(default=b"", repr=False)  # the buyer's
    rma: bytes = b""

    @property
    def dispute(self) -> bytes:
        return dispute_id(self.rma, 1)

    def play(self) -> tuple[str, str]:
        """Everything; ids of return and dispute as 0x-hex."""
        self.say("A third buyer sends back a coat and two hats.")
        self.say(
            "What takes days elsewhere takes seconds under the terms of this return, so that the demo can show it:"
        )
        self._return_goods()
        self._open()
        self._answer()
        number = self._escalate()
        self._rule(number)
        self._end()
        return hex_of(self.rma), hex_of(self.dispute)

    def say(self, text: str) -> None:
        self.story.say(f"  {text}")

    # --- the return

    def _return_goods(self) -> None:
        """They arrive, and the inspector finds a scratch; the seller pays what is due so far."""
        story = self.story
        told, story.say = story.say, lambda text: None
        story.publish_policy(SERIES, QUICK_TERMS, QUICK_DISPUTES)
        self.rma = story.open_return(SERIES, ((COAT, 1), (HATS, 2)))
        story.say = told
        self._by_seller("returns", "approveReturn", inspector=4, returnless=False, exceptions=[])
        self._carry("WP602190058PL")
        self.say("Bao'an Returns Centre finds a scratch on the coat, and counts it at 60 % of its price")
        paid = self._pay()
        self.say(f"Nanshan Outdoor pays the hats and 60 % of the coat, less the return label: {paid}")

    def _carry(self, number: str) -> None:
        """There, and over the inspector's bench."""
        story, now = self.story, int(self.story.now())
        tracking = story.book.remember(2, number, story.token(32), now)
        story.together(
            ("parcels", "addParcel", story.parcel(self.rma, 0, 2, tracking), story.buyer),
            ("checkpoints", "recordCheckpointBatch", story.leg(2, tracking, EUROPEAN_LEG), story.key("carrier-eu")),
        )
        self._inspect(now)

    def _inspect(self, now: int) -> None:
        lines = [{"line": COAT, "quantity": 1}, {"line": HATS, "quantity": 2}]
        arrived = {"receivedAt": now, "complete": True, "extra": 0, "wrong": 0, "evidence": bytes(32), "lines": lines}
        self._by_inspector("receiveGoods", **arrived)
        seen = {"rejected": 0, "disposition": 1}
        coat = {"line": COAT, "accepted": 1, "diminishedBasisPoints": awards.ALL - OFFERED, "grade": 2, **seen}
        hats = {"line": HATS, "accepted": 2, "diminishedBasisPoints": 0, "grade": 1, **seen}
        self._by_inspector("inspectGoods", evidence=self.story.token(32), lines=[coat, hats])

    def _by_inspector(self, action: str, **given) -> None:
        request = {"returnId": self.rma, "participant": 4, **given}
        self.story.client.act("inspections", action, request, self.story.key("inspector"))

    def _by_seller(self, noun: str, action: str, **given) -> None:
        self.story.client.act(noun, action, {"returnId": self.rma, **given}, self.story.key("seller"))

    def _pay(self) -> str:
        """All that is due now, in words."""
        due_minor = self._state()["money"]["due_minor"]
        money = {"amountMinor": due_minor, "goodwillMinor": 0}
        payment = {"payment": self.story.token(32), "paidAt": int(self.story.now())}
        self._by_seller("refunds", "releaseRefund", **money, **payment)
        return f"{due_minor // 100}.{due_minor % 100:02} EUR"

    def _state(self) -> dict:
        return self.story.client.get(f"/api/v1/returns/{hex_of(self.rma)}")

    # --- the dispute

    def _open(self) -> None:
        self.say("The buyer says that the scratch was there when the coat came, and disputes: she claims all of it")
        self.seed = self.story.token(32)
        opened = {
            "returnId": self.rma,
            "number": 1,
            "participant": 0,
            "ground": DisputeGround.INSPECTION,
            "statement": self.story.token(32),
            "seedHash": awards.seed_hash(self.seed),
            "claim": self._award(awards.ALL),
            "parcels": awards.parcel_references(self._state()),
        }
        self.story.client.act("disputes", "openDispute", opened, self.story.buyer)

    @staticmethod
    def _award(basis_points: int) -> dict:
        return awards.award(awards.awarded(COAT, accepted=1, basis_points=basis_points))

    def _act(self, action: str, participant: int, key, **given) -> tuple:
        """As `Story.together` takes it."""
        return "disputes", action, {"dispute": self.dispute, "participant": participant, **given}, key

    def _answer(self) -> None:
        self.say("Nanshan Outdoor answers that the coat left new, and stays with 60 %; both bring photos as evidence")
        token, seller, buyer = self.story.token, self.story.key("seller"), self.story.buyer
        self.story.together(
            self._act("answerDispute", 1, seller, statement=token(32), seed=token(32)),
            self._act("submitEvidence", 1, seller, kind=EvidenceKind.PROOF_OF_DAMAGE, document=token(32)),
            self._act("submitEvidence", 0, buyer, kind=EvidenceKind.ITEM_DESCRIPTION, document=token(32)),
        )

    def _escalate(self) -> int:
        """Who was drawn."""
        self.story.together(self._act("escalateDispute", 0, self.story.buyer, seed=self.seed))
        shown = self._shown()
        number = shown["arbitrator"]
        self.say("The buyer asks for an arbitrator")
        self.say(f"Both sides' seeds draw {NAMES[number][1]} from {len(shown['eligible'])}; neither could choose")
        return number

    def _shown(self) -> dict:
        return self._state()["disputes"][0]

    def _rule(self, number: int) -> None:
        """Once the time for evidence is over."""
        key, name = NAMES[number]
        self._await(self._shown()["evidence_until"])
        said = {"verdict": Verdict.AWARDED, "award": self._award(RULED), "reasons": self.story.token(32)}
        self.story.together(self._act("giveRuling", number, self.story.key(key), **said))
        self.say(f"{name} waits until the time for evidence is over, and rules: 85 % of the coat")

    def _end(self) -> None:
        """Nobody appeals; anybody may call for the end."""
        self._await(self._shown()["turn"]["enforceable_at"])
        client = self.story.client
        client.wait(client.post(f"/api/v1/disputes/{hex_of(self.dispute)}/enforce", {})["id"])
        self.say("Nobody appeals in time; a stranger calls for the end, and the ruling stands")
        self.say(f"Nanshan Outdoor pays the rest of the 85 %: {self._pay()}")

    def _await(self, moment: int) -> None:
        while self.story.now() < moment:
            self.pause(PAUSE_S)
