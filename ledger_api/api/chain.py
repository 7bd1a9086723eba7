"""The chain and this server: where they are, how far the index is, what is wrong."""

from flask import Blueprint

from ledger_api.api.common import answer, answer_at, ledger, view
from ledger_api.errors import IndexBehind
from ledger_api.rules.hashing import hex_of

blueprint = Blueprint("chain", __name__)

LAG_BLOCKS = 20


@blueprint.get("/api/v1/chain")
def get_chain():
    """Contracts, height, lag and queues."""
    parts = ledger()
    with view() as look:
        height = look.at.number if look.at else parts.deployment.block - 1
        body = {
            **parts.deployment.to_json(),
            "chain_height": parts.follower.chain_height,
            "index_height": height,
            "lag_blocks": max(0, parts.follower.chain_height - height),
            "requests": parts.outbox.counts(),
            "trouble": [text for text in (parts.sender.trouble, parts.follower.trouble) if text],
            "block_headers": "ethereum",
        }
        return answer_at(look, body)


@blueprint.get("/api/v1/chain/code")
def get_code():
    """The contracts' code, which never changes: whoever checks returns needs it once."""
    node, addresses = ledger().node, ledger().deployment.addresses
    return answer({"code": {name: hex_of(node.code(address)) for name, address in addresses.items()}})


@blueprint.get("/healthz")
def healthz():
    """Whether the process answers."""
    return answer({"status": "ok"})


@blueprint.get("/readyz")
def readyz():
    """Whether reads are fresh and writes can go on."""
    parts = ledger()
    trouble = parts.sender.trouble or parts.follower.trouble
    with view() as look:
        lag = parts.follower.chain_height - (look.at.number if look.at else 0)
    if trouble or lag > LAG_BLOCKS:
        raise IndexBehind(trouble or f"The index is {lag} blocks behind", lag_blocks=lag)
    return answer({"status": "ready", "lag_blocks": max(0, lag)})
