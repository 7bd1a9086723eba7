"""Put faults into a copy of the contracts, one at a time, and see that the fuzz tests notice each.

    python scripts/mutate.py           all faults
    python scripts/mutate.py nonce cap only those whose names contain one of the words

Exits with 1 where a fault is not noticed. A fault whose text is no longer there exactly once stops everything.
"""

import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fuzz import ROOT, run_forge  # noqa: E402  beside this file

SEED = "0xfa017"
PROFILE = "mutate"
COPIED = ("contracts", "tests/forge", "out", "cache/solidity-files-cache.json", "foundry.toml")
FAILED = re.compile(r"\[FAIL: (.*?)(?:; counterexample.*?)?\](?: (\w+)\()?")


@dataclass(frozen=True)
class Fault:
    """One text of a contract, and what takes its place."""

    name: str
    path: str
    text: str
    instead: str


FAULTS = [
    Fault(
        "a nonce is not marked as used",
        "contracts/base/SignedRequests.sol",
        "        word.bits = bits | bit;\n",
        "",
    ),
    Fault(
        "the deadline of a request ends a second early",
        "contracts/base/SignedRequests.sol",
        "if (block.timestamp > authorisation.deadline) return",
        "if (block.timestamp >= authorisation.deadline) return",
    ),
    Fault(
        "more can be refunded than was paid",
        "contracts/ReturnSettlement.sol",
        "if (given > available) revert RefundTooLarge",
        "if (request.amountMinor > available) revert RefundTooLarge",
    ),
    Fault(
        "requested pieces stay available",
        "contracts/ReturnRequests.sol",
        "            sold.returning += lines[i].quantity;\n",
        "",
    ),
    Fault(
        "silence is enforced without grace",
        "contracts/libraries/Deadlines.sol",
        "turn.enforceableAt = turn.until + t.grace_s;",
        "turn.enforceableAt = turn.until;",
    ),
    Fault(
        "enforce works a second early",
        "contracts/ReturnSettlement.sol",
        "if (block.timestamp < turn.enforceableAt) {",
        "if (block.timestamp + 1 < turn.enforceableAt) {",
    ),
    Fault(
        "a closed return can be opened again",
        "contracts/base/ReturnBase.sol",
        "if (rma.status != needed) revert",
        "if (rma.status != needed && rma.status != ReturnStatus.CLOSED) revert",
    ),
    Fault(
        "a return can be reopened again and again",
        "contracts/ReturnRequests.sol",
        "        rma.flags |= REOPENED;\n",
        "",
    ),
    Fault(
        "anybody releases a refund",
        "contracts/base/ReturnBase.sol",
        "        _registry.requireRole(authorisation.actor, _sales[rma.receipt].seller, ROLE_SELLER);\n",
        "",
    ),
    Fault(
        "a close leaves the head as it was",
        "contracts/ReturnRequests.sol",
        "        _record(ReturnClosed.selector, request.returnId, digest, abi.encode(uint64(block.timestamp)));\n",
        "        emit ReturnClosed(request.returnId, digest, uint64(block.timestamp));\n",
    ),
    Fault(
        "a question is recorded as an answer",
        "contracts/ReturnRequests.sol",
        "            BuyerAsked.selector,",
        "            AnswerSupplied.selector,",
    ),
    Fault(
        "pieces are accepted twice",
        "contracts/base/ReturnBase.sol",
        "        asked.accepted += uint24(pieces);\n",
        "",
    ),
    Fault(
        "an ended key still speaks",
        "contracts/ParticipantRegistry.sol",
        "        if (key.endedAt != 0) return KeyHasEnded.selector;\n",
        "",
    ),
    Fault(
        "a share is rounded up",
        "contracts/libraries/RefundRule.sol",
        "return total * (before + pieces) / quantity - total * before / quantity;",
        "return (total * pieces + quantity - 1) / quantity;",
    ),
    Fault(
        "one member of the council counts twice",
        "contracts/ParticipantRegistry.sol",
        "            _authorise(digest, authorisations[i]);\n",
        "            bool first = i == 0 || authorisations[i].actor != authorisations[0].actor;\n"
        "            if (first) _authorise(digest, authorisations[i]);\n",
    ),
    Fault(
        "the end of a return keeps its pieces",
        "contracts/base/ReturnBase.sol",
        "        _giveBackLines(returnId, rma);\n",
        "",
    ),
    Fault(
        "a word that changes nothing is taken and starts a clock",
        "contracts/ReturnGoods.sol",
        "if (request.lines.length == 0 && (!missing ||",
        "if (false && (!missing ||",
    ),
    Fault(
        "what silence accepted can be cancelled",
        "contracts/base/ReturnBase.sol",
        "        rma.flags |= RECEIVED;\n",
        "",
    ),
    Fault(
        "an old parcel proves a new sending",
        "contracts/ReturnRequests.sol",
        "        rma.parcels = 0;\n",
        "",
    ),
    Fault(
        "the escrow pays twice",
        "contracts/RefundEscrow.sol",
        "        _ledger.releaseFromEscrow(request.returnId, uint48(amountMinor), digest);\n",
        "        _ledger.releaseFromEscrow(request.returnId, uint48(amountMinor), digest);\n"
        "        token.safeTransfer(request.to, units);\n",
    ),
    Fault(
        "the escrow forgets what it paid",
        "contracts/RefundEscrow.sol",
        "        held.units -= units;\n",
        "",
    ),
    Fault(
        "a reclaim leaves the total as it was",
        "contracts/RefundEscrow.sol",
        "        held.units = owed;\n        _held[token] -= units;\n",
        "        held.units = owed;\n",
    ),
    Fault(
        "anybody withdraws a refund",
        "contracts/RefundEscrow.sol",
        "if (claim.buyer != authorisation.actor) revert",
        "if (claim.buyer == address(0)) revert",
    ),
    Fault(
        "anybody reclaims a deposit",
        "contracts/RefundEscrow.sol",
        "        _registry.requireRole(authorisation.actor, claim.seller, ROLE_SELLER);\n",
        "",
    ),
    Fault(
        "a deposit is reclaimed while the return goes on",
        "contracts/RefundEscrow.sol",
        "return claim.status == ReturnStatus.CANCELLED ? claim.dueMinor * unitsPerMinor : units;",
        "return claim.dueMinor * unitsPerMinor;",
    ),
    Fault(
        "what is due is reclaimed a second early",
        "contracts/RefundEscrow.sol",
        "block.timestamp >= claim.since + UNCLAIMED_S ?",
        "block.timestamp + 1 >= claim.since + UNCLAIMED_S ?",
    ),
    Fault(
        "a token may take a fee",
        "contracts/RefundEscrow.sol",
        "if (arrived != units) revert",
        "if (arrived == 0) revert",
    ),
    Fault(
        "a P-256 key is paid at its own address",
        "contracts/RefundEscrow.sol",
        "to == address(this) || unspendable) revert",
        "to == address(this) || (unspendable && to == address(0))) revert",
    ),
    Fault(
        "the escrow pays to itself",
        "contracts/RefundEscrow.sol",
        "to == address(this) || unspendable) revert",
        "unspendable) revert",
    ),
    Fault(
        "a withdrawal from the escrow puts another deadline off",
        "contracts/ReturnSettlement.sol",
        "            if (_isPaymentAwaited(returnId, rma)) rma.since",
        "            rma.since",
    ),
    Fault(
        "anybody says that the escrow paid",
        "contracts/ReturnLedger.sol",
        "if (msg.sender != _escrow) revert",
        "if (msg.sender == address(0)) revert",
    ),
    Fault(
        "what the escrow paid stays due",
        "contracts/ReturnSettlement.sol",
        "        rma.refundedMinor += amountMinor;\n        _extras",
        "        _extras",
    ),
    Fault(
        "a hand-over needs one signature only",
        "contracts/ParcelLedger.sol",
        "        _authorise(digest, authorisations[1]);\n",
        "",
    ),
    Fault(
        "a hand-over needs no role of the giver",
        "contracts/ParcelLedger.sol",
        "if (request.giver != 0) _registry.requireRole(giverKey, request.giver, ROLES_OF_CUSTODY);",
        "",
    ),
    Fault(
        "another carrier corrects a checkpoint",
        "contracts/ParcelLedger.sol",
        "        _registry.requireRole(authorisation.actor, request.participant, ROLE_CARRIER);\n"
        "        uint8 category",
        "        (uint32 own,,,) = _registry.keyOf(authorisation.actor);\n"
        "        _registry.requireRole(authorisation.actor, own, ROLE_CARRIER);\n"
        "        uint8 category",
    ),
    Fault(
        "a correction may have any reason",
        "contracts/ParcelLedger.sol",
        "if (category != CATEGORY_CORRECTION) revert",
        "if (category == 0) revert",
    ),
    Fault(
        "a P-256 signature counts for any address",
        "contracts/libraries/ActorSignature.sol",
        "        if (p256Address(x, y) != actor) return false;\n",
        "",
    ),
    Fault(
        "a P-256 signature counts with s in its upper half",
        "contracts/ParticipantRegistry.sol",
        "return P256.verify(hash, r, s, x, y);",
        "return P256.verify(hash, r, s, x, y) || P256.verify(hash, r, bytes32(P256.N - uint256(s)), x, y);",
    ),
    Fault(
        "a P-256 key signs the digest itself",
        "contracts/libraries/ActorSignature.sol",
        "p256.isP256Signature(sha256(abi.encode(digest)), bytes32",
        "p256.isP256Signature(digest, bytes32",
    ),
    Fault(
        "a ruling is given before evidence is over",
        "contracts/DisputeRulings.sol",
        "if (block.timestamp < found.evidenceUntil) revert RulingTooEarly",
        "if (found.evidenceUntil == 0) revert RulingTooEarly",
    ),
    Fault(
        "any arbitrator rules",
        "contracts/DisputeRulings.sol",
        "if (own || participant == 0 || found.arbitrator != participant) {",
        "if (own || participant == 0) {",
    ),
    Fault(
        "the buyer rules with his own key",
        "contracts/DisputeRulings.sol",
        "if (own || participant == 0 ||",
        "if (participant == 0 ||",
    ),
    Fault(
        "silence in a dispute is enforced without grace",
        "contracts/base/DisputeBase.sol",
        "turn.enforceableAt = turn.until + grace_s;",
        "turn.enforceableAt = turn.until;",
    ),
    Fault(
        "a withdrawn dispute applies its claim",
        "contracts/base/DisputeBase.sol",
        "DisputeEnding.WITHDRAWN, Verdict.REFUSED,",
        "DisputeEnding.WITHDRAWN, Verdict.AWARDED,",
    ),
    Fault(
        "anybody ends a dispute",
        "contracts/ReturnLedger.sol",
        "if (msg.sender != _desk) revert",
        "if (msg.sender == address(0)) revert",
    ),
    Fault(
        "lines in dispute can be inspected",
        "contracts/ReturnGoods.sol",
        "            if (line.marks & HELD != 0) revert LineDisputed(found.line);\n",
        "",
    ),
    Fault(
        "a return closes while it is disputed",
        "contracts/base/ReturnBase.sol",
        "        if (rma.flags & DISPUTED != 0) revert ReturnDisputed(returnId);\n",
        "",
    ),
    Fault(
        "an award pays twice what it gives besides",
        "contracts/ReturnDisputes.sol",
        "extras.extraMinor += award.extraMinor;",
        "extras.extraMinor += 2 * award.extraMinor;",
    ),
    Fault(
        "the opener accepts his own claim",
        "contracts/DisputeDesk.sol",
        "if (offer.request != request.offer && byBuyer != found.byBuyer) offer",
        "if (offer.request != request.offer) offer",
    ),
    Fault(
        "the opener's seed is not checked",
        "contracts/DisputeRulings.sol",
        "if (keccak256(abi.encode(request.seed)) != found.seedHash) {",
        "if (found.seedHash == 0) {",
    ),
    Fault(
        "one member of the panel rules alone",
        "contracts/DisputeRulings.sol",
        "uint256 private constant PANEL_QUORUM = 2;",
        "uint256 private constant PANEL_QUORUM = 1;",
    ),
    Fault(
        "the seller may be the arbitrator",
        "contracts/DisputeDesk.sol",
        "        if (participant == parties.seller) return true;\n",
        "",
    ),
    Fault(
        "what the escrow paid can be awarded again",
        "contracts/ReturnDisputes.sol",
        "uint256 attestedMinor = rma.refundedMinor - _extras[returnId].escrowedMinor;",
        "uint256 attestedMinor = rma.refundedMinor;",
    ),
    Fault(
        "a ruling is appealed again and again",
        "contracts/DisputeRulings.sol",
        "        _requireStage(request.dispute, found, DisputeStage.RULED);\n",
        "",
    ),
]


class FaultTextMissing(Exception):
    """A text to replace is not in its contract exactly once."""


def apply(fault: Fault, tree: Path) -> str:
    """Put the fault into a tree; gives the text as it was. Raises FaultTextMissing."""
    path = tree / fault.path
    whole = path.read_text()
    if whole.count(fault.text) != 1:
        raise FaultTextMissing(f"{fault.name}: {whole.count(fault.text)} times in {fault.path}:\n{fault.text}")
    path.write_text(whole.replace(fault.text, fault.instead))
    return whole


def copy_tree(to: Path) -> None:
    """What forge needs, with what it compiled already."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, symlinks=True)
        elif source.exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, to / name)
    for name in ("node_modules", "scripts"):
        (to / name).symlink_to((ROOT / name).resolve())
    (to / ".build").mkdir()
    shutil.copy2(ROOT / ".build" / "solc", to / ".build" / "solc")


def noticed_by(output: str) -> str:
    """The test that failed, and the promise that was not kept; empty if none."""
    for line in output.splitlines():
        if found := FAILED.match(line.strip()):
            return found[1] if found[2] is None else f"{found[2]}: {found[1]}"
    return ""


def main() -> None:
    words = sys.argv[1:]
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for fault in FAULTS:
            original = apply(fault, tree)
            (tree / fault.path).write_text(original)
        print(f"{'fault':<46} {'s':>4}  noticed by", flush=True)
        for fault in chosen:
            started = time.monotonic()
            original = apply(fault, tree)
            done = run_forge(tree, PROFILE, SEED, "--fail-fast")
            (tree / fault.path).write_text(original)
            if "Compiler run failed" in done.stdout + done.stderr:
                sys.exit(f"{fault.name}: does not compile\n{done.stdout}\n{done.stderr}")
            by = noticed_by(done.stdout) if done.returncode else ""
            print(f"{fault.name:<46} {time.monotonic() - started:>4.0f}  {by or 'NOBODY'}", flush=True)
            if not by:
                survivors.append(fault.name)
    if survivors:
        sys.exit(f"Not noticed: {', '.join(survivors)}")
    print(f"All {len(chosen)} faults were noticed.")


if __name__ == "__main__":
    try:
        main()
    except FaultTextMissing as error:
        sys.exit(str(error))
