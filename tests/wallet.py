"""An account that sends transactions of its own: a payer of the escrow, or who rules through an arbitrator contract."""

import time

from ledger_api.chain.contracts import await_receipt, sign_transaction
from ledger_api.rules.signatures import Secp256k1Key

GAS = 5_000_000


class Wallet:
    """On a chain that takes no fees."""

    def __init__(self, node):
        self.key, self._node, self._nonce = Secp256k1Key(), node, 0

    def send(self, to: bytes | None, data: bytes) -> bytes | None:
        """Address of a contract that it deploys."""
        fields = (self._nonce, to, data, GAS, self._node.fee_wei())
        raw, transaction = sign_transaction(self.key.secret, self._node.chain_id(), *fields)
        self._nonce += 1
        self._node.send_raw(raw)
        receipt = await_receipt(self._node, transaction, lambda: time.sleep(0.01))
        assert receipt.succeeded
        return receipt.contract
