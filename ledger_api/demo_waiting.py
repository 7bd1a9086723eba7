"""The demo's fourth return: another scratch, and this time a visitor decides, as the arbitrator who was drawn.

Statements and evidence are documents that the arbitrator can open. Nobody rules: the case waits for its seven days.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from ledger_api.demo import DISPUTES
from ledger_api.demo_dispute import COAT, HATS, NAMES, DisputeStory
from ledger_api.rules import awards
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import DisputeGround, EvidenceKind

CLAIM = (
    "The scratch on the left sleeve was there when the coat came. I wore it once, at home, and sent it back the next"
    " day. I ask for the full price."
)
ANSWER = (
    "Every coat is looked at before it leaves. The scratch is 11 cm long and goes through the coating: that comes from"
    " wearing it outdoors. We offer 70 % of the price, which is more than a coat of second choice brings."
)
PARCEL_NOTE = "The parcel came with a torn corner. The sleeve lay at that corner."
SERIES = 4
SOON = {**DISPUTES, "evidence_s": 2}  # so that a visitor can rule at once
OFFERED = 7_000  # basis points of the coat's value
SIZE, CLOTH, SCRATCH = (960, 640), (74, 92, 76), (214, 208, 190)  # pixels, colours
SCRATCHED = (180, 430)  # rows


def photo() -> bytes:
    """A drawn picture of a sleeve with a scratch, as PNG."""
    image, out = Image.new("RGB", SIZE, CLOTH), io.BytesIO()
    first, last = SCRATCHED
    ImageDraw.Draw(image).line([(220, first), (220 + 2 * (last - first), last)], SCRATCH, width=9)
    image.save(out, "PNG")
    return out.getvalue()


@dataclass
class WaitingStory(DisputeStory):
    """Played once, after the consortium was admitted."""

    def play(self) -> str:
        """Until the arbitrator has it; the dispute's id as 0x-hex."""
        self.say("A fourth buyer sends back a coat and two hats, and disputes what the inspector found")
        told, self.story.say = self.story.say, lambda text: None
        self.story.publish_policy(SERIES, disputes=SOON)
        self.rma = self.story.open_return(SERIES, ((COAT, 1), (HATS, 2)))
        self._by_seller("returns", "approveReturn", inspector=4, returnless=False, exceptions=[])
        self._carry("WP602190065PL")
        self._open()
        self._answer()
        self.story.together(self._act("escalateDispute", 0, self.story.buyer, seed=self.seed))
        self.story.say = told
        self.say(f"It waits for {NAMES[self._shown()['arbitrator']][1]}: a visitor of /demo can decide it")
        return hex_of(self.dispute)

    def _open(self) -> None:
        self.seed = self.story.token(32)
        opened = {
            "returnId": self.rma,
            "number": 1,
            "participant": 0,
            "ground": DisputeGround.INSPECTION,
            "statement": self._kept(CLAIM, self.story.buyer),
            "seedHash": awards.seed_hash(self.seed),
            "claim": self._award(awards.ALL),
            "parcels": awards.parcel_references(self._state()),
        }
        self.story.client.act("disputes", "openDispute", opened, self.story.buyer)

    def _answer(self) -> None:
        """The answer, an offer, and what both bring."""
        seller, buyer, token = self.story.key("seller"), self.story.buyer, self.story.token
        answer, note = self._kept(ANSWER, seller), self._kept(PARCEL_NOTE, buyer)
        picture = self._kept(photo(), seller, "image/png")
        self.story.together(
            self._act("answerDispute", 1, seller, statement=answer, seed=token(32)),
            self._act("makeOffer", 1, seller, award=self._award(OFFERED), statement=bytes(32)),
            self._act("submitEvidence", 1, seller, kind=EvidenceKind.PROOF_OF_DAMAGE, document=picture),
            self._act("submitEvidence", 0, buyer, kind=EvidenceKind.ITEM_DESCRIPTION, document=note),
        )

    def _kept(self, content: str | bytes, key, media_type: str = "text/plain") -> bytes:
        """The commitment to a document that this server keeps."""
        content = content.encode() if isinstance(content, str) else content
        return self.story.client.keep_document(hex_of(self.rma), content, media_type, key).commitment
