"""Histories written by hand, as the contracts would record them: for tests of what follows from entries alone."""

from dataclasses import dataclass, field, replace

from benchmarks.scene import empty
from ledger_api.demo import DISPUTES, TERMS, sold
from ledger_api.rules import awards
from ledger_api.rules.entries import Entry, contract_of, event_of, topic_of
from ledger_api.rules.hashing import keccak
from ledger_api.rules.heads import REGISTRY_SUBJECT
from ledger_api.rules.ids import dispute_id, policy_id, return_id
from ledger_api.rules.requests import encode_values
from ledger_api.vocabulary import REASONS, DisputeAct, DisputeConsequence, ReturnKind

START = 1_795_514_400  # Unix seconds UTC
DAY_S = 86_400
SELLER, CARRIER, INSPECTOR = 1, 2, 4
ROLES = {SELLER: 1, CARRIER: 2, INSPECTOR: 4, **dict.fromkeys(range(5, 11), 16)}
ARBITRATORS = [5, 6, 7, 8, 9, 10]
RECEIPT, BUYER, NOBODY = b"\1" * 32, b"\2" * 20, bytes(20)
RMA = return_id(RECEIPT, 1)
DISPUTE = dispute_id(RMA, 1)
SEED, OTHER_SEED = b"\3" * 32, b"\4" * 32
DRAW = keccak(DISPUTE + SEED + keccak(OTHER_SEED))
COAT_MINOR, HATS_MINOR = 12_840, 3_800
CLAIM = awards.award(awards.awarded(0, accepted=1))


@dataclass
class Recorded:
    """Entries by subject; `now` is when the next is recorded."""

    entries: dict = field(default_factory=dict)
    now: int = START
    count: int = 0

    def entries_of(self, subject: bytes) -> list[Entry]:
        return self.entries.get(subject, [])

    def record(self, name: str, subject: bytes, request: bytes | None = None, **values) -> Entry:
        """One entry; fields that are not given say nothing, and a request has a digest of its own."""
        topic = topic_of(name)
        fields = [item for item in event_of(topic)["inputs"] if not item["indexed"]]
        assert values.keys() <= {item["name"] for item in fields}, values
        given = {item["name"]: values.get(item["name"], empty(item)) for item in fields} | {"recordedAt": self.now}
        self.count += 1
        digest = keccak(self.count.to_bytes(32, "big")) if request is None else request
        data = encode_values(fields, given)
        entry = Entry(contract_of(topic), subject, digest, topic, data, self.count, 0)
        self.entries.setdefault(subject, []).append(entry)
        return entry

    def forge(self, name: str, **changed) -> None:
        """Other values in the last entry of that name."""
        for history in self.entries.values():
            for place in reversed([i for i, entry in enumerate(history) if entry.name == name]):
                entry = history[place]
                fields = [item for item in event_of(entry.topic)["inputs"] if not item["indexed"]]
                history[place] = replace(entry, data=encode_values(fields, entry.values | changed))
                return
        raise KeyError(name)

    def wait(self, seconds: int) -> "Recorded":
        self.now += seconds
        return self

    def members(self) -> "Recorded":
        defined = [{"reason": n, "category": c, "handle": h.encode().ljust(32, b"\0")} for n, (c, h) in REASONS.items()]
        self.record("ReasonsDefined", REGISTRY_SUBJECT, bytes(32), reasons=defined)
        for number, roles in ROLES.items():
            self.record("ParticipantAdmitted", REGISTRY_SUBJECT, participant=number, roles=roles)
        return self

    def sale(self, lines: list[dict], **disputes) -> "Recorded":
        """A receipt under the demo's terms, with other terms of disputes, that its buyer claimed."""
        terms = {"participant": SELLER, "series": 1, "version": 1, "terms": TERMS, "disputes": DISPUTES | disputes}
        self.record("PolicyPublished", policy_id(SELLER, 1), **terms)
        claimed = next(item for item in event_of(topic_of("ReceiptClaimed"))["inputs"] if item["name"] == "receipt")
        receipt = empty(claimed) | {"seller": SELLER, "series": 1, "policyVersion": 1, "currency": b"EUR"}
        receipt |= {"lines": lines, "deliveryMinor": 490}
        self.record("ReceiptClaimed", RECEIPT, buyer=BUYER, receipt=receipt, signer=BUYER)
        return self


def contested(resolution: int = 1, **disputes) -> Recorded:
    """A coat and two hats came back; the coat was found at 60 percent, the hats were not inspected yet."""
    told = Recorded().members().sale([sold(1, 10_439, 2_401), sold(2, 3_090, 710)], **disputes).wait(DAY_S)
    asked = [{"line": 0, "quantity": 1, "reason": 3}, {"line": 1, "quantity": 2, "reason": 3}]
    opened = {"receipt": RECEIPT, "number": 1, "kind": ReturnKind.GOODWILL, "resolution": resolution, "lines": asked}
    told.record("ReturnOpened", RMA, **opened)
    told.wait(60).record("ReturnApproved", RMA, inspector=INSPECTOR)
    parcel = {"carrier": CARRIER, "tracking": b"\5" * 32, "purpose": 1}
    told.wait(60).record("ParcelAdded", RMA, **parcel, parcel=keccak(CARRIER.to_bytes(32, "big") + b"\5" * 32))
    arrived = [{"line": 0, "quantity": 1}, {"line": 1, "quantity": 2}]
    told.wait(60).record("GoodsReceived", RMA, participant=INSPECTOR, lines=arrived)
    found = inspected(0, 1, 4_000)
    told.wait(60).record("GoodsInspected", RMA, participant=INSPECTOR, lines=[found], accepted=[accepted(0, 1, 4_000)])
    return told.wait(60)


def inspected(line: int, pieces: int, diminished: int = 0) -> dict:
    nothing = {"rejected": 0, "grade": 0, "disposition": 0}
    return {"line": line, "accepted": pieces, "diminishedBasisPoints": diminished, **nothing}


def accepted(line: int, pieces: int, diminished: int = 0) -> dict:
    """All pieces of a line at once."""
    goods = (COAT_MINOR, HATS_MINOR)[line]
    return {
        "line": line,
        "before": 0,
        "pieces": pieces,
        "goodsMinor": goods,
        "diminishedMinor": goods * diminished // 10_000,
    }


# --- A dispute --------------------------------------------------------------------------------------------------------


def opened(told: Recorded, claim: dict = CLAIM, by_buyer: bool = True, eligible: list = ARBITRATORS) -> Recorded:
    said = {"returnId": RMA, "number": 1, "participant": 0 if by_buyer else SELLER, "ground": 3, "claim": claim}
    opening = told.record("DisputeOpened", DISPUTE, **said, seedHash=keccak(SEED), eligible=eligible)
    told.record("DisputeBegun", RMA, opening.request, dispute=DISPUTE, byBuyer=by_buyer, claim=claim)
    return told.wait(60)


def answered(told: Recorded) -> Recorded:
    told.record("DisputeAnswered", DISPUTE, participant=SELLER, seed=OTHER_SEED)
    return told.wait(60)


def drawn(draw: bytes, among: list) -> int:
    """Who is drawn by a lot."""
    return among[int.from_bytes(draw, "big") % len(among)]


def escalated(told: Recorded, arbitrator: int, **by) -> Recorded:
    told.record("DisputeEscalated", DISPUTE, seed=SEED, arbitrator=arbitrator, **by)
    return told.wait(60)


def silent(told: Recorded, act: DisputeAct, consequence: DisputeConsequence, period_s: int, **to) -> Recorded:
    """Nobody acts for a period and the grace, and somebody calls for what follows."""
    told.wait(period_s + TERMS["grace_s"])
    told.record("DisputeSilenceEnforced", DISPUTE, bytes(32), act=act, consequence=consequence, **to)
    return told.wait(60)


def resolved(told: Recorded, ending: int, award: dict, applies: bool = True, request: bytes = bytes(32), **values):
    """What the return says about the end, which came within the same second."""
    told.now -= 60
    pay_until = told.now + TERMS["pay_s"] if applies else 0
    said = {"dispute": DISPUTE, "ending": ending, "applies": applies, "award": award, "payUntil": pay_until}
    told.record("DisputeResolved", RMA, request, **said | {"availableMinor": 17_130} | values)
    return told.wait(60)
