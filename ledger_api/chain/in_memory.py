"""eth-tester as a node: the embedded chain's machine in memory, whose clock a test can move."""

import ast

from eth_tester.exceptions import TransactionFailed
from web3 import EthereumTesterProvider, Web3
from web3.exceptions import Web3RPCError

from ledger_api.chain.client import Node


class TesterProvider:
    """Answers as a JSON-RPC node would; what is mined is final."""

    def __init__(self, tester):
        self._manager = Web3(EthereumTesterProvider(tester)).manager

    def make_request(self, method: str, params: list) -> dict:
        """The answer as JSON-RPC has it, numbers as ints."""
        if method == "eth_getBlockByNumber" and params[0] == "finalized":
            params = ["latest", *params[1:]]
        if method == "eth_call":
            params = [{"gas": hex(30_000_000), "gasPrice": hex(10**10), **params[0]}, *params[1:]]
        try:
            return {"result": self._manager.request_blocking(method, params)}
        except TransactionFailed as failed:
            return {"error": {"code": 3, "message": "execution reverted", "data": _revert_data(failed)}}
        except Web3RPCError as error:
            return {"error": {"code": -32000, "message": str(error)}}
        except Exception as error:  # eth-tester raises its own and eth-utils' errors for what a node answers
            return {"error": {"code": -32000, "message": f"{type(error).__name__}: {error}"}}


def _revert_data(failed: TransactionFailed) -> str:
    """eth-tester gives revert data as the text of a bytes literal, sometimes after a word or two."""
    text = str(failed.args[0]) if failed.args else ""
    literal = text.removeprefix("execution reverted: ")
    return "0x" + (ast.literal_eval(literal).hex() if literal.startswith(("b'", 'b"')) else "")


def node_of(tester) -> Node:
    """A node on an eth-tester."""
    return Node(TesterProvider(tester))
