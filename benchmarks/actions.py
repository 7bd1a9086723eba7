"""Gas of every act of the contracts, as receipts on anvil say it: with one line or item, with ten, and in disputes with
fifty, the most that a sale can have."""

import secrets
from contextlib import contextmanager

from benchmarks.cases import Case, compiled_mock, plain_call, word
from benchmarks.dispute_cases import DisputeCase
from benchmarks.nodes import anvil, funded_key
from benchmarks.results import Figure
from benchmarks.scene import ARBITRATOR, CARRIER, INSPECTOR, SELLER, Scene
from ledger_api.chain.client import Node
from ledger_api.demo import DAY_S, DISPUTES, METHODS, TERMS
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.vocabulary import Consequence, DisputeConsequence, ReasonCategory, Resolution, ReturnKind

ARBITRATORS = range(11, 15)  # one who is drawn first and a panel of three, so that all of them acted before
PARTICIPANTS = {
    "seller": (1, SELLER),
    "carrier": (2, CARRIER),
    "second": (3, CARRIER),
    "inspector": (4, INSPECTOR),
    **{f"arbitrator {number}": (number, ARBITRATOR) for number in ARBITRATORS},
}
PLENTY = 10**15
TEN, MOST = 10, 50  # lines
NOISE = 500  # gas; random bytes that happen to be zero are cheaper
LATE_S = 60 * DAY_S
FREE_REASONS = 300  # reasons from here on are not defined


def _address() -> bytes:
    return secrets.token_bytes(20)


def _reasons(case: Case) -> Case:
    names = range(FREE_REASONS, FREE_REASONS + case.size)
    category = int(ReasonCategory.CHANGE_OF_MIND)
    return case.council("defineReasons", reasons=[{"reason": n, "category": category, "handle": word()} for n in names])


def _policy(case: Case) -> Case:
    policy = {"participant": 1, "series": 1, "version": 2, "terms": TERMS, "disputes": DISPUTES, "methods": METHODS}
    return case.by("seller", "publishPolicy", document=word(), **policy)


def _inspector(case: Case) -> Case:
    """A withdrawal counts as approved, so nobody was named yet."""
    return case.open(kind=ReturnKind.WITHDRAWAL).by("seller", "nameInspector", inspector=4)


def _heir(case: Case) -> Case:
    """The council proposes another key for the buyer, which has not acted yet."""
    return case.claim().council("proposeBuyerKeyByCouncil", buyer=Secp256k1Key().address)


def _short(case: Case) -> Case:
    """Of two pieces of each line one arrived, and nobody named a parcel with the other."""
    case.pieces = 2
    return case.approve().arrive().accept().silence(Consequence.SHORT)


# --- The acts ---------------------------------------------------------------------------------------------------------
# Each prepares what its last act needs. That one is measured.
ACTIONS_MEASURED = {
    "ParticipantRegistry": {
        "admitParticipant": lambda c: c.council("admitParticipant", participant=9, roles=CARRIER, directory=word()),
        "setRoles": lambda c: c.council("setRoles", participant=1, roles=SELLER | CARRIER),
        "setSuspension": lambda c: c.council("setSuspension", participant=1, suspended=True),
        "addKey": lambda c: c.council("addKey", participant=1, key=_address()),
        "endKey": lambda c: c.council("endKey", key=c.keys["seller"].address),
        "listContract": lambda c: c.council("listContract", kind=word(), at=_address()),
        "defineReasons": _reasons,
    },
    "PolicyBook": {"publishPolicy": _policy},
    "ParcelLedger": {
        "recordCheckpoint": Case.checkpoint,
        "recordCheckpoints": Case.checkpoints,
        "recordCheckpointBatch": Case.checkpoint_batch,
        "correctCheckpoint": Case.correct,
        "handOver": Case.hand_over,
    },
    "ReturnLedger": {
        "claim": Case.claim,
        "stateDelivery": Case.deliver,
        "proposeBuyerKey": Case.propose,
        "proposeBuyerKeyByCouncil": _heir,
        "vetoBuyerKey": lambda c: c.propose().by("buyer", "vetoBuyerKey", buyer=c.keys["heir"].address),
        "takeBuyerKey": lambda c: (
            c.propose().pass_time(TERMS["recovery_s"] + DAY_S).by("heir", "takeBuyerKey", buyer=c.keys["heir"].address)
        ),
        "openReturn": Case.open,
        "askBuyer": Case.ask,
        "supplyAnswer": lambda c: c.ask().by("buyer", "supplyAnswer", document=word()),
        "approveReturn": Case.approve,
        "nameInspector": _inspector,
        "declineReturn": Case.decline,
        "cancelReturn": lambda c: c.approve().by("buyer", "cancelReturn"),
        "reopenReturn": lambda c: c.decline().by("buyer", "reopenReturn", document=word()),
        "addParcel": Case.send,
        "receiveGoods": Case.receive,
        "inspectGoods": Case.inspect,
        "releaseRefund": lambda c: c.inspect().pay(),
        "confirmOutcome": lambda c: c.inspect().pay().confirm(),
        "proveOutcome": lambda c: c.inspect().pay().confirm(False).by("seller", "proveOutcome", evidence=word()),
        "sendMessage": lambda c: c.open().by("seller", "sendMessage", participant=1, message=word()),
        "closeReturn": lambda c: c.decline().by("buyer", "closeReturn"),
        "enforce_approved": lambda c: c.open().silence(Consequence.APPROVED),
        "enforce_declined": lambda c: c.open(delivered_s_ago=LATE_S).silence(Consequence.DECLINED),
        "enforce_expired": lambda c: c.approve().silence(Consequence.EXPIRED),
        "enforce_accepted": lambda c: c.receive().silence(Consequence.ACCEPTED),
        "enforce_short": _short,
        "enforce_defaulted": lambda c: c.inspect().silence(Consequence.DEFAULTED),
        "enforce_refund_instead": lambda c: c.inspect(resolution=Resolution.REPLACEMENT).silence(
            Consequence.REFUND_INSTEAD
        ),
        "enforce_closed": lambda c: c.inspect().pay().silence(Consequence.CLOSED),
    },
    "DisputeDesk": {
        "openDispute": DisputeCase.open_dispute,
        "answerDispute": DisputeCase.answer,
        "makeOffer": DisputeCase.offer,
        "acceptOffer": DisputeCase.settle,
        "submitEvidence": DisputeCase.evidence,
        "escalateDispute": DisputeCase.escalate,
        "withdrawDispute": DisputeCase.withdraw,
        "recuseArbitrator": DisputeCase.recuse,
        "giveRuling": DisputeCase.rule,
        "appealRuling": DisputeCase.appeal,
        "givePanelRuling": DisputeCase.rule_on_appeal,
        "rule": DisputeCase.rule_outside,
        "enforce_dispute_escalated": lambda c: c.open_dispute().dispute_silence(DisputeConsequence.ESCALATED),
        "enforce_dispute_withdrawn": lambda c: c.answer().dispute_silence(DisputeConsequence.WITHDRAWN),
        "enforce_dispute_passed": lambda c: c.escalate().dispute_silence(DisputeConsequence.PASSED),
        "enforce_dispute_defaulted": DisputeCase.all_silent,
        "enforce_dispute_final": lambda c: c.rule().dispute_silence(DisputeConsequence.FINAL),
    },
    "RefundEscrow": {
        "listToken": Case.list_token,
        "deposit": lambda c: c.approve().deposit(),
        "withdrawRefund": lambda c: c.inspect().deposit().by("buyer", "withdrawRefund", to=_address()),
        "reclaimDeposit": lambda c: (
            c.inspect().deposit().pay().confirm().by("seller", "reclaimDeposit", to=c.scene.sender.address)
        ),
    },
}


# --- The ledger -------------------------------------------------------------------------------------------------------


def settle(scene: Scene) -> DisputeCase:
    """Participants, policies and a listed token; each key acts once on each contract on which it will."""
    case = DisputeCase(scene, {name: Secp256k1Key() for name in (*PARTICIPANTS, "buyer")}, b"")
    # So that who is drawn is never at place 0 of the roster, which costs another gas to remember.
    scene.admit(ARBITRATORS.start - 1, ARBITRATOR, [])
    case.council("setSuspension", participant=ARBITRATORS.start - 1, suspended=True)
    for name, (number, roles) in PARTICIPANTS.items():
        scene.admit(number, roles, [case.keys[name]])
    outside = scene.send(None, compiled_mock("CentralizedArbitrator")).contract
    for series, disputes in ((1, DISPUTES), (2, {**DISPUTES, "arbitrator": outside})):
        terms = {"terms": TERMS, "disputes": disputes, "methods": METHODS, "document": word()}
        case.by("seller", "publishPolicy", participant=1, series=series, version=1, **terms)
    _fill_purse(case.list_token())
    case.hand_over()
    case.approve().deposit()  # stays there
    case.inspect().deposit().by("buyer", "withdrawRefund", to=scene.sender.address).confirm()
    case.by("seller", "reclaimDeposit", to=scene.sender.address)
    _heir(case)
    case.rule_on_appeal(members=3)
    return case


def _fill_purse(case: Case) -> None:
    """The sender gets plenty of the token, and the escrow may take it from him."""
    scene, escrow = case.scene, case.scene.deployment.addresses["RefundEscrow"]
    scene.send(case.token, plain_call("mint(address,uint256)", hex_of(scene.sender.address), PLENTY))
    scene.send(case.token, plain_call("approve(address,uint256)", hex_of(escrow), PLENTY))


@contextmanager
def undone(case: Case, size: int):
    """A case of that size on the same ledger; afterwards the ledger is as before, its clock too."""
    scene = case.scene
    snapshot, nonces, account_nonce = scene.node.request("evm_snapshot"), dict(scene.nonces), scene.account_nonce
    yield DisputeCase(scene, case.keys, case.token, size)
    scene.node.request("evm_revert", snapshot)
    scene.nonces, scene.account_nonce = nonces, account_nonce


# --- Measuring --------------------------------------------------------------------------------------------------------
Found = dict[tuple[str, str], dict[int, int]]  # gas by number of lines or items, by (contract, act)


def measure() -> Found:
    """Of one line or item; and of more where that is another."""
    with anvil() as url:
        ledger = settle(Scene.set(Node.at(url), funded_key()))
        return {
            (contract, name): _by_size(ledger, name, act, (TEN, MOST) if contract == "DisputeDesk" else (TEN,))
            for contract, acts in ACTIONS_MEASURED.items()
            for name, act in acts.items()
        }


def _by_size(ledger: Case, name: str, act, larger: tuple) -> dict[int, int]:
    one, *others = (_gas(ledger, name, act, size) for size in (1, *larger))
    return {1: one} | {size: gas for size, gas in zip(larger, others, strict=True) if abs(gas - one) > NOISE}


def _gas(ledger: Case, name: str, act, size: int) -> int:
    with undone(ledger, size) as case:
        act(case)
        if case.done != name:
            raise RuntimeError(f"the benchmark of {name} ended with {case.done}")
        return case.gas


def print_table(found: Found) -> None:
    """Sorted by contract."""
    print(f"Gas of every act, one transaction each                    one line      {TEN} lines      {MOST} lines")
    for (contract, name), gas in sorted(found.items()):
        cells = "".join(f"{gas[size]:>14,}" if size in gas else f"{'':>14}" for size in (1, TEN, MOST))
        print(f"  {contract + '.' + name:<46}{cells}".rstrip())


def figures(found: Found) -> list[Figure]:
    """One for each act, and one for it with more lines where that is another."""
    return [
        Figure(f"gas_action_{name}" + (f"_{size}_lines" if size > 1 else ""), gas, "gas")
        for (_, name), by_size in found.items()
        for size, gas in by_size.items()
    ]
