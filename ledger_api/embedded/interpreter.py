"""The loop that runs code: what py-evm does, with fewer Python calls for each instruction.

Nearly all time of a block is spent here. Rules, costs and errors are py-evm's own; a test runs random programs on both
and compares. Shortened are: the way to an instruction, taking its gas, the stack, and looking whether memory grows.
"""

from eth.exceptions import FullStack, Halt, InsufficientStack, OutOfGas
from eth.vm.computation import NO_RESULT
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.logic.invalid import InvalidOpcode
from eth.vm.opcode_values import DUP1, PUSH0, STOP, SWAP1
from eth.vm.stack import Stack

STACK_LIMIT = 1024
OPCODES = 256


class FastStack(Stack):
    """Gives numbers without a call for each."""

    def pop_ints(self, num_items: int) -> tuple[int, ...]:
        values = self.values
        if num_items > len(values):
            raise InsufficientStack(f"Wanted {num_items} stack items, only had {len(values)}")
        taken = values[: -num_items - 1 : -1]
        del values[-num_items:]
        return tuple([item if type(item) is int else int.from_bytes(item, "big") for item in taken])


def _push(size: int):
    def push(computation) -> None:
        code, values = computation.code, computation._stack.values
        start = code.program_counter
        code.program_counter = start + size
        if len(values) >= STACK_LIMIT:
            raise FullStack("Stack limit reached")
        # Past the end of the code there are zeros.
        values.append(int.from_bytes(code._raw_code_bytes[start : start + size].ljust(size, b"\0"), "big"))

    return push


def _duplicate(position: int):
    def duplicate(computation) -> None:
        values = computation._stack.values
        if len(values) >= STACK_LIMIT:
            raise FullStack("Stack limit reached")
        if position > len(values):
            raise InsufficientStack(f"Insufficient stack items for DUP{position}")
        values.append(values[-position])

    return duplicate


def _swap(position: int):
    def swap(computation) -> None:
        values = computation._stack.values
        if position >= len(values):
            raise InsufficientStack(f"Insufficient stack items for SWAP{position}")
        values[-1], values[-position - 1] = values[-position - 1], values[-1]

    return swap


SHORT = {
    **{PUSH0 + size: _push(size) for size in range(33)},
    **{DUP1 + position - 1: _duplicate(position) for position in range(1, 17)},
    **{SWAP1 + position - 1: _swap(position) for position in range(1, 17)},
}


def _instruction(value: int, opcodes: dict) -> tuple:
    """(gas, function) of an opcode; one that takes its gas itself has none here."""
    opcode = opcodes.get(value)
    if opcode is None:
        return 0, InvalidOpcode(value)
    if value in SHORT:
        return opcode.gas_cost, SHORT[value]
    plain = getattr(opcode, "logic_fn", None)
    return (0, opcode) if plain is None else (opcode.gas_cost, plain)


class FastComputation(PragueComputation):
    """A message call or a creation."""

    _instructions = [_instruction(value, PragueComputation.opcodes) for value in range(OPCODES)]

    def __init__(self, state, message, transaction_context):
        super().__init__(state, message, transaction_context)
        self._stack = FastStack()

    def extend_memory(self, start_position: int, size: int) -> None:
        """Most instructions touch memory that is there already; only growing costs."""
        if size and start_position + size > len(self._memory._bytes):
            super().extend_memory(start_position, size)

    @classmethod
    def apply_computation(cls, state, message, transaction_context, parent_computation=None):
        with cls(state, message, transaction_context) as computation:
            cls._note_creations(computation, message, parent_computation)
            precompile = computation.precompiles.get(message.code_address, NO_RESULT)
            if precompile is NO_RESULT:
                cls._interpret(computation)
            elif not message.is_delegation:
                precompile(computation)
        return computation

    @classmethod
    def _note_creations(cls, computation, message, parent_computation) -> None:
        """Which contracts the transaction has made so far, for EIP-6780; and EIP-3860's gas for its own init code."""
        if computation.is_origin_computation:
            computation.contracts_created = []
            if message.is_create:
                cls.consume_initcode_gas_cost(computation)
        if parent_computation is not None:
            computation.contracts_created = parent_computation.contracts_created
        if message.is_create:
            computation.contracts_created.append(message.storage_address)

    @classmethod
    def _interpret(cls, computation) -> None:
        """Runs until the code halts; errors of the machine leave as exceptions."""
        code, meter, instructions = computation.code, computation._gas_meter, cls._instructions
        raw = code._raw_code_bytes
        size = len(raw)
        try:
            while True:
                position = code.program_counter
                code.program_counter = position + 1
                gas, function = instructions[raw[position] if position < size else STOP]
                if gas > meter.gas_remaining:
                    raise OutOfGas(f"Needed {gas}, remaining {meter.gas_remaining}")
                meter.gas_remaining -= gas
                function(computation)
        except Halt:
            pass
