"""Blocks, transactions, receipts and logs as the Ethereum JSON-RPC specification words them."""

import rlp
from eth_hash.auto import keccak


def quantity(number: int) -> str:
    return hex(number)


def data(value: bytes) -> str:
    return "0x" + value.hex()


def header_json(header) -> dict:
    """Fields of a block that stand in its header."""
    return {
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "sha3Uncles": data(header.uncles_hash),
        "miner": data(header.coinbase),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "difficulty": quantity(header.difficulty),
        "number": quantity(header.block_number),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "extraData": data(header.extra_data),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "withdrawalsRoot": data(header.withdrawals_root),
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root),
        "requestsHash": data(header.requests_hash),
        "totalDifficulty": quantity(0),
        "uncles": [],
        "withdrawals": [],
    }


def transaction_json(transaction, sender: bytes, header, index: int) -> dict:
    """One transaction within its block."""
    kind = transaction.type_id or 0
    price = transaction.max_fee_per_gas if kind >= 2 else transaction.gas_price
    fields = {
        "hash": data(transaction.hash),
        "type": quantity(kind),
        "blockHash": data(header.hash),
        "blockNumber": quantity(header.block_number),
        "transactionIndex": quantity(index),
        "from": data(sender),
        "to": data(transaction.to) if transaction.to else None,
        "nonce": quantity(transaction.nonce),
        "gas": quantity(transaction.gas),
        "gasPrice": quantity(
            min(price, header.base_fee_per_gas + getattr(transaction, "max_priority_fee_per_gas", price))
        ),
        "value": quantity(transaction.value),
        "input": data(transaction.data),
        "chainId": quantity(transaction.chain_id) if transaction.chain_id is not None else None,
        "v": quantity(transaction.y_parity if kind else transaction.v),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
    }
    if kind >= 1:
        fields["accessList"] = [
            {"address": data(address), "storageKeys": [data(slot.to_bytes(32, "big")) for slot in slots]}
            for address, slots in transaction.access_list
        ]
        fields["yParity"] = quantity(transaction.y_parity)
    if kind >= 2:
        fields["maxFeePerGas"] = quantity(transaction.max_fee_per_gas)
        fields["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas)
    return fields


def receipt_json(transaction, sender: bytes, header, index: int, receipt, gas_used: int, logs: list[dict]) -> dict:
    """Receipt of one transaction; `logs` are already in their form."""
    created = None
    if not transaction.to:
        created = data(keccak(rlp.encode([sender, transaction.nonce]))[12:])
    return {
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(index),
        "blockHash": data(header.hash),
        "blockNumber": quantity(header.block_number),
        "from": data(sender),
        "to": data(transaction.to) if transaction.to else None,
        "type": quantity(transaction.type_id or 0),
        "status": quantity(1 if receipt.state_root == b"\x01" else 0),
        "cumulativeGasUsed": quantity(receipt.gas_used),
        "gasUsed": quantity(gas_used),
        "effectiveGasPrice": quantity(header.base_fee_per_gas),
        "contractAddress": created,
        "logsBloom": data(receipt.bloom.to_bytes(256, "big")),
        "logs": logs,
    }


def log_json(log, transaction_hash: str, transaction_index: int, header, index: int) -> dict:
    """One log."""
    return {
        "address": data(log.address),
        "topics": [data(topic.to_bytes(32, "big")) for topic in log.topics],
        "data": data(log.data),
        "blockNumber": quantity(header.block_number),
        "blockHash": data(header.hash),
        "transactionHash": transaction_hash,
        "transactionIndex": quantity(transaction_index),
        "logIndex": quantity(index),
        "removed": False,
    }
