"""Who may read which document of a return: the one place where that is decided. Pure.

Whom a return concerns follows from its entries (`circle_of`), what a key stands for there from the registry too
(`parts_of`), what a document is from the entry that names it (`rules.anchors`); `may_read` puts them together.
"""

from dataclasses import dataclass
from enum import Enum

from ledger_api.rules.anchors import DocumentKind, disputes_of
from ledger_api.rules.dispute_case import DisputeCase, dispute_case_of
from ledger_api.rules.registry_state import ARBITRATOR, INSPECTOR, SELLER, Registry
from ledger_api.rules.sale import EntriesOf, of_ledger, sale_of
from ledger_api.vocabulary import DisputeStage

BUYER = 0  # stands for the buyer where a participant's number is asked for


class Part(Enum):
    """What somebody is in a return; the order says for whom he speaks if he is several."""

    BUYER = "buyer"
    SELLER = "seller"
    INSPECTOR = "inspector"
    ARBITRATOR = "arbitrator"


READS = {
    Part.BUYER: {DocumentKind.DOCUMENT, DocumentKind.EVIDENCE, DocumentKind.MESSAGE},
    Part.SELLER: {DocumentKind.DOCUMENT, DocumentKind.EVIDENCE, DocumentKind.MESSAGE},
    Part.INSPECTOR: {DocumentKind.DOCUMENT},
    Part.ARBITRATOR: {DocumentKind.DOCUMENT, DocumentKind.EVIDENCE, DocumentKind.MESSAGE},
}


@dataclass(frozen=True)
class Circle:
    """Whom a return concerns now; participants by number, 0: none."""

    buyer: bytes  # address of the buyer's key
    seller: int
    inspector: int = 0
    arbitrators: tuple[int, ...] = ()  # those who may read now


def may_read(kind: DocumentKind, uploaded_by: int, parts: dict[Part, int]) -> bool:
    """Whether who has these parts may read a document of that kind; his own he always may, as long as he has one."""
    return uploaded_by in parts.values() or any(kind in READS[part] for part in parts)


def may_keep(parts: dict[Part, int]) -> bool:
    """Whether who has these parts may keep a document here: whoever may have something to show."""
    return bool(parts)


def speaker(parts: dict[Part, int]) -> int:
    """Number of the participant for whom somebody with these parts uploads, 0: the buyer."""
    return next(parts[part] for part in Part if part in parts)


def parts_of(actor: bytes, circle: Circle, registry: Registry) -> dict[Part, int]:
    """What a key is in a return now, each with its participant's number; empty for a stranger."""
    found = {Part.BUYER: BUYER} if actor == circle.buyer else {}
    roles = ((Part.SELLER, circle.seller, SELLER), (Part.INSPECTOR, circle.inspector, INSPECTOR))
    judges = tuple((Part.ARBITRATOR, number, ARBITRATOR) for number in circle.arbitrators)
    for part, number, role in roles + judges:
        if registry.refusal(actor, number, role) is None:
            found[part] = number
    return found


def circle_of(return_id: bytes, entries_of: EntriesOf) -> Circle:
    """Whom a return concerns by its entries. The return must exist; ValueError if they contradict themselves."""
    entries = of_ledger(entries_of(return_id))
    sale = sale_of(entries[0], entries_of)
    named = [e.values["inspector"] for e in entries if e.name in ("ReturnApproved", "InspectorNamed")]
    cases = [dispute_case_of(dispute, entries_of) for dispute in disputes_of(entries)]
    judges = {number for case in cases if case is not None for number in judges_of(case)}
    return Circle(sale.buyer, sale.receipt["seller"], named[-1] if named else 0, tuple(sorted(judges)))


def judges_of(case: DisputeCase) -> set[int]:
    """Who has a dispute now, or ruled on it; nobody before escalation. Who handed it on has no more to do with it."""
    holders = {DisputeStage.UNDER_REVIEW: [case.arbitrator], DisputeStage.APPEALED: case.panel}.get(case.stage, [])
    return {*holders, *case.rulers} - {0}
