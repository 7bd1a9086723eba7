"""The same machine in memory, inside eth-tester: for tests that need to travel in time."""

from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params

from ledger_api.embedded.blocks import GAS_LIMIT
from ledger_api.embedded.machine import VM


def tester() -> EthereumTester:
    """An eth-tester whose blocks have room for batches; mines each transaction at once."""
    parameters = {**get_default_genesis_params(), "gas_limit": GAS_LIMIT}
    backend = PyEVMBackend(genesis_parameters=parameters, vm_configuration=((0, VM),))
    return EthereumTester(backend=backend)
