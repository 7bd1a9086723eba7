"""Gas of a checkpoint and of a whole return, against EAS in the same run, as receipts on anvil say it."""

import secrets
import sys
import time

from benchmarks import actions
from benchmarks.eas import Eas
from benchmarks.nodes import anvil, funded_key
from benchmarks.results import Figure, finish
from benchmarks.scene import CARRIER, INSPECTOR, SELLER, Scene, checkpoint, trackings
from ledger_api import artefacts
from ledger_api.chain.client import Node
from ledger_api.demo import DISPUTES, METHODS, TERMS, signed_receipt, sold
from ledger_api.rules.hashing import bytes_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.signatures import P256Key, Secp256k1Key
from ledger_api.vocabulary import ParcelPurpose

BATCH_ITEMS = 200
ENTRIES = 12
MOST_OWN_SIGNATURE = 18_000
MOST_ONE_SIGNATURE = 11_000
MOST_RETURN = 1_200_000
MANY, ALONE = "EAS multiAttest", "EAS attest, 12 times"  # the rivals
CARRIERS = (11, 12)  # participants of the batches


def own_signatures(scene: Scene, participant: int, signers: int) -> tuple[float, float]:
    """Gas of a checkpoint with a signature of its own: in a first batch, and in a second on the same parcels."""
    keys = [Secp256k1Key() for _ in range(signers)]
    scene.admit(participant, CARRIER, keys)
    parcels = trackings(BATCH_ITEMS)
    batches = [scene.own_signatures(participant, parcels, keys, step) for step in (1, 2)]
    first, second = (scene.bulk(batch).gas_used / BATCH_ITEMS for batch in batches)
    return first, second


def one_signature(scene: Scene, participant: int) -> tuple[float, float]:
    """The same under one signature."""
    key = Secp256k1Key()
    scene.admit(participant, CARRIER, [key])
    parcels = trackings(BATCH_ITEMS)
    first, second = (
        scene.batch(scene.one_signature(participant, parcels, key, step)).gas_used / BATCH_ITEMS for step in (1, 2)
    )
    return first, second


def whole_return(scene: Scene, first: int, kind) -> list[tuple[str, int]]:
    """(action, gas) of a return: one line, one transaction for each entry. `kind` of key: claim key and buyer.

    Participants `first` to `first + 3` are new, so that no run finds storage that an earlier one paid for.
    """
    seller, carrier, other, inspector = (Secp256k1Key() for _ in range(4))
    for i, (roles, key) in enumerate(((SELLER, seller), (CARRIER, carrier), (CARRIER, other), (INSPECTOR, inspector))):
        scene.admit(first + i, roles, [key])
    terms = {"terms": TERMS, "disputes": DISPUTES, "methods": METHODS, "document": secrets.token_bytes(32)}
    policy = {"participant": first, "series": 1, "version": 1, **terms}
    scene.act("PolicyBook", "publishPolicy", policy, seller)
    claim_key, buyer, found = kind(), kind(), []

    def act(contract: str, action: str, request: dict, key, **options) -> None:
        found.append((action, scene.act(contract, action, request, key, **options)))

    sale = {"soldAt": int(time.time()), "order": secrets.token_bytes(32), "lines": [sold(1, 10_439, 2_401)]}
    separator = scene.deployment.separator("ReturnLedger")
    digest, signed = signed_receipt(claim_key, seller, separator, seller=first, **sale)
    act("ReturnLedger", "claim", {"receipt": digest, "buyer": buyer.address}, claim_key, receipt=signed)
    lines = [{"line": 0, "quantity": 1, "reason": 3}]
    asked = {
        "receipt": digest,
        "number": 1,
        "kind": 1,
        "resolution": 1,
        "deliveredAt": int(time.time()),
        "lines": lines,
    }
    act("ReturnLedger", "openReturn", asked, buyer)
    rma = return_id(digest, 1)
    approved = {"returnId": rma, "inspector": first + 3, "returnless": False, "exceptions": []}
    act("ReturnLedger", "approveReturn", approved, seller)
    # Of each leg: the carrier, its key, who adds the parcel (0: the buyer), with which key.
    legs = ((first + 1, carrier, 0, buyer), (first + 2, other, first, seller))
    parcels = trackings(len(legs))
    for parcel, (number, _, adder, key) in zip(parcels, legs, strict=True):
        named = {"carrier": number, "tracking": parcel, "sentAt": int(time.time()), "document": bytes(32)}
        added = {"returnId": rma, "participant": adder, "purpose": ParcelPurpose.GOODS_RETURNED, **named}
        act("ReturnLedger", "addParcel", added, key)
    for parcel, (number, key, _, _) in zip(parcels, legs, strict=True):
        for step in (1, 2):
            act("ParcelLedger", "recordCheckpoint", {"participant": number, **checkpoint(parcel, step)}, key)
    named = {"returnId": rma, "participant": first + 3}
    nothing = {"complete": True, "extra": 0, "wrong": 0, "evidence": bytes(32)}
    arrived = {**named, "receivedAt": int(time.time()), **nothing, "lines": [{"line": 0, "quantity": 1}]}
    act("ReturnLedger", "receiveGoods", arrived, inspector)
    seen = {"line": 0, "accepted": 1, "rejected": 0, "diminishedBasisPoints": 0, "grade": 1, "disposition": 1}
    act("ReturnLedger", "inspectGoods", {**named, "evidence": secrets.token_bytes(32), "lines": [seen]}, inspector)
    paid = {"payment": secrets.token_bytes(32), "paidAt": int(time.time())}
    refund = {"returnId": rma, "amountMinor": 12_450, "goodwillMinor": 0, **paid}
    act("ReturnLedger", "releaseRefund", refund, seller)
    if len(found) != ENTRIES:
        raise RuntimeError(f"a whole return took {len(found)} entries, not {ENTRIES}")
    return found


def with_precompile() -> list[tuple[str, int]]:
    """A whole return of a P-256 buyer on a chain that has EIP-7951, as the embedded chain has."""
    with anvil(hardfork="osaka") as url:
        return whole_return(Scene.set(Node.at(url), funded_key()), 1, P256Key)


def print_row(name: str, *values) -> None:
    print(f"  {name:<46}" + "".join(f"{value:>14,.0f}" if value is not None else f"{'':>14}" for value in values))


def main() -> int:
    with anvil() as url:
        scene = Scene.set(Node.at(url), funded_key())
        eas = Eas(scene)
        eas.multi_attest(BATCH_ITEMS)
        many = eas.multi_attest(BATCH_ITEMS)
        alone = [eas.attest() for _ in range(ENTRIES)]
        first_8, second_8 = own_signatures(scene, CARRIERS[0], 8)
        first_200, second_200 = own_signatures(scene, CARRIERS[1], BATCH_ITEMS)
        first_one, second_one = one_signature(scene, 13)
        secp256k1 = whole_return(scene, 21, Secp256k1Key)
        p256 = whole_return(scene, 31, P256Key)
    precompile = with_precompile()
    acts = actions.measure()

    print(f"Gas of one checkpoint, batches of {BATCH_ITEMS} distinct parcels      new parcels known parcels")
    print_row("own signature, 8 signers", first_8, second_8)
    print_row(f"own signature, {BATCH_ITEMS} signers", first_200, second_200)
    print_row("one signature over all", first_one, second_one)
    print_row("EAS multiAttest (no signature of its own)", many, many)
    print("Gas of a whole return                              secp256k1         P-256   P-256+7951           EAS")
    for (action, gas), (_, other), (_, third), rival in zip(secp256k1, p256, precompile, alone, strict=True):
        print_row(action, gas, other, third, rival)
    totals = [sum(gas for _, gas in found) for found in (secp256k1, p256, precompile)]
    print_row("together", *totals, sum(alone))
    print("Bytes of code (limit 24,576)")
    for name in artefacts.CONTRACTS:
        print_row(name, len(bytes_of(artefacts.load(name)["deployed_bytecode"])))
    print_row("EAS", eas.code_bytes)
    actions.print_table(acts)
    return finish(
        [
            Figure("gas_checkpoint_own_signature", second_8, "gas", MANY, many, most=MOST_OWN_SIGNATURE),
            Figure("gas_checkpoint_own_signature_200_signers", second_200, "gas", MANY, many),
            Figure("gas_checkpoint_batch_signature", second_one, "gas", MANY, many, most=MOST_ONE_SIGNATURE),
            Figure("gas_return_12_entries", totals[0], "gas", ALONE, sum(alone), most=MOST_RETURN),
            Figure("gas_return_12_entries_p256", totals[1], "gas", ALONE, sum(alone)),
            Figure("gas_return_12_entries_p256_precompile", totals[2], "gas", ALONE, sum(alone)),
            *actions.figures(acts),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
