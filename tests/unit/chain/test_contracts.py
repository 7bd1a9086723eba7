"""Transactions are signed as eth_account signs them."""

import secrets

import pytest
from eth_account import Account

from ledger_api.chain.contracts import sign_transaction


@pytest.mark.parametrize("to", [None, bytes(19) + b"\x01"])
@pytest.mark.parametrize(("nonce", "fee_wei"), [(0, 0), (1, 2 * 10**9), (2**40, 2**70)])
@pytest.mark.parametrize("length", [0, 1, 56, 100_000])
def test_a_transaction_is_the_same_bytes(to, nonce, fee_wei, length):
    secret, data = secrets.token_bytes(32), secrets.token_bytes(length)
    fields = {
        "type": 2,
        "chainId": 31_337,
        "nonce": nonce,
        "gas": 3_000_000,
        "maxFeePerGas": fee_wei,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        "data": data,
    }
    signed = Account.sign_transaction({**fields, "to": to} if to else fields, secret)
    raw, transaction = sign_transaction(secret, 31_337, nonce, to, data, 3_000_000, fee_wei)
    assert (raw, transaction) == (bytes(signed.raw_transaction), bytes(signed.hash))
