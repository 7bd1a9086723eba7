"""Gas of every act of the contracts, as receipts on anvil say it: with one line or item, and with ten."""

import secrets
from contextlib import contextmanager

from benchmarks.cases import Case, plain_call, word
from benchmarks.nodes import anvil, funded_key
from benchmarks.results import Figure
from benchmarks.scene import CARRIER, INSPECTOR, SELLER, Scene
from ledger_api.chain.client import Node
from ledger_api.demo import DAY_S, DISPUTES, METHODS, TERMS
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.signatures import Secp256k1Key
from ledger_api.vocabulary import Consequence, ReasonCategory, Resolution

PARTICIPANTS = {"seller": (1, SELLER), "carrier": (2, CARRIER), "second": (3, CARRIER), "inspector": (4, INSPECTOR)}
PLENTY = 10**15
TEN = 10
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
        "vetoBuyerKey": lambda c: c.propose().by("buyer", "vetoBuyerKey", buyer=c.keys["heir"].address),
        "takeBuyerKey": lambda c: (
            c.propose().pass_time(TERMS["recovery_s"] + DAY_S).by("heir", "takeBuyerKey", buyer=c.keys["heir"].address)
        ),
        "openReturn": Case.open,
        "askBuyer": Case.ask,
        "supplyAnswer": lambda c: c.ask().by("buyer", "supplyAnswer", document=word()),
        "approveReturn": Case.approve,
        "declineReturn": Case.decline,
        "cancelReturn": lambda c: c.approve().by("buyer", "cancelReturn"),
        "reopenReturn": lambda c: c.decline().by("buyer", "reopenReturn", document=word()),
        "addParcel": Case.send,
        "receiveGoods": Case.receive,
        "inspectGoods": Case.inspect,
        "releaseRefund": lambda c: c.inspect().pay(),
        "confirmOutcome": lambda c: c.inspect().pay().confirm(),
        "proveOutcome": lambda c: c.inspect().pay().confirm(False).by("seller", "proveOutcome", evidence=word()),
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


def settle(scene: Scene) -> Case:
    """Participants, a policy and a listed token; each key acts once on each contract on which it will."""
    case = Case(scene, {name: Secp256k1Key() for name in (*PARTICIPANTS, "buyer")}, b"")
    for name, (number, roles) in PARTICIPANTS.items():
        scene.admit(number, roles, [case.keys[name]])
    case.by(
        "seller", "publishPolicy", participant=1, series=1, version=1, terms=TERMS, disputes=DISPUTES, methods=METHODS, document=word()
    )
    _fill_purse(case.list_token())
    case.hand_over()
    case.approve().deposit()  # stays there
    case.inspect().deposit().by("buyer", "withdrawRefund", to=scene.sender.address).confirm()
    case.by("seller", "reclaimDeposit", to=scene.sender.address)
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
    yield Case(scene, case.keys, case.token, size)
    scene.node.request("evm_revert", snapshot)
    scene.nonces, scene.account_nonce = nonces, account_nonce


# --- Measuring --------------------------------------------------------------------------------------------------------


def measure() -> dict[tuple[str, str], tuple[int, int | None]]:
    """Gas by (contract, act): of one line or item, and of ten where that is another."""
    with anvil() as url:
        ledger = settle(Scene.set(Node.at(url), funded_key()))
        return {
            (contract, name): _one_and_ten(ledger, name, act)
            for contract, acts in ACTIONS_MEASURED.items()
            for name, act in acts.items()
        }


def _one_and_ten(ledger: Case, name: str, act) -> tuple[int, int | None]:
    one, ten = (_gas(ledger, name, act, size) for size in (1, TEN))
    return one, ten if abs(ten - one) > NOISE else None


def _gas(ledger: Case, name: str, act, size: int) -> int:
    with undone(ledger, size) as case:
        act(case)
        if case.done != name:
            raise RuntimeError(f"the benchmark of {name} ended with {case.done}")
        return case.gas


def print_table(found: dict[tuple[str, str], tuple[int, int | None]]) -> None:
    """Sorted by contract."""
    print(f"Gas of every act, one transaction each                    one line      {TEN} lines")
    for (contract, name), (one, ten) in sorted(found.items()):
        print(f"  {contract + '.' + name:<46}{one:>14,}{ten or '':>14{',' if ten else ''}}")


def figures(found: dict[tuple[str, str], tuple[int, int | None]]) -> list[Figure]:
    """One for each act, and one for it with ten lines where that is another."""
    by_name = {}
    for (_, name), (one, ten) in found.items():
        by_name |= {name: one} | ({f"{name}_{TEN}_lines": ten} if ten else {})
    return [Figure(f"gas_action_{name}", gas, "gas") for name, gas in by_name.items()]
