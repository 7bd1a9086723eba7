"""The short way through an instruction gives what py-evm gives: result, error, gas, logs and storage."""

import random

import pytest
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.db.backends.memory import MemoryDB
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.prague.state import PragueState
from eth.vm.message import Message
from eth.vm.transaction_context import BaseTransactionContext

from ledger_api.embedded.machine import State

pytestmark = pytest.mark.filterwarnings("ignore:SELFDESTRUCT:DeprecationWarning")

PROGRAMS = 400
GAS = 300_000
SENDER, HERE, THERE = (bytes([number]) * 20 for number in (1, 2, 3))
JUMPDEST = 0x5B


class Context(BaseTransactionContext):
    """A transaction without blobs."""

    blob_versioned_hashes = ()


def run(state_class, code: bytes, other: bytes, data: bytes, gas: int = GAS) -> tuple:
    """Everything that can be seen of a call."""
    context = ExecutionContext(bytes(20), 1_790_000_000, 5, 0, bytes(32), 100_000_000, [bytes(32)] * 5, 7, 0, 0)
    state = state_class(AtomicDB(MemoryDB()), context, BLANK_ROOT_HASH)
    state.set_code(HERE, code)
    state.set_code(THERE, other)
    state.set_balance(HERE, 10**18)
    message = Message(gas=gas, to=HERE, sender=SENDER, value=0, data=data, code=code)
    done = state.computation_class.apply_message(state, message, Context(gas_price=0, origin=SENDER))
    return (
        type(done.error).__name__ if done.is_error else None,
        done.output,
        done.get_gas_remaining(),
        done.get_gas_refund(),
        done.get_log_entries(),
        state.make_state_root(),
    )


def push(value: int, size: int = 1) -> bytes:
    return bytes([0x5F + size]) + value.to_bytes(size, "big")


def program(chance: random.Random) -> bytes:
    """Pushes, then instructions of all kinds, in which jumps often hit."""
    code = b"".join(push(chance.choice((0, 1, 2, 31, 32, 64, 255)), 1) for _ in range(chance.randrange(2, 20)))
    while len(code) < 120:
        code += chance.choice((_any, _any, _any, _wide, _jump, _call, _create, _store))(chance, len(code))
    return code + bytes.fromhex("59600052366020525f80a060406000f3")


def _any(chance: random.Random, _: int) -> bytes:
    return bytes(
        [chance.choice((*range(0x01, 0x1E), 0x20, *range(0x30, 0x4B), *range(0x50, 0x60), *range(0x80, 0xA5)))]
    )


def _wide(chance: random.Random, _: int) -> bytes:
    size = chance.randrange(0, 33)
    return push(chance.getrandbits(8 * size) if size else 0, size)


def _jump(chance: random.Random, length: int) -> bytes:
    target = length + 4 + chance.choice((0, 0, 0, 1, 5))
    return (
        push(1) + push(target + 1) + b"\x57" + bytes([JUMPDEST]) * 2
        if chance.random() < 0.5
        else push(length + 3) + b"\x56" + bytes([JUMPDEST])
    )


def _call(chance: random.Random, _: int) -> bytes:
    kind = chance.choice((0xF1, 0xFA, 0xF4))
    value = push(chance.choice((0, 0, 1))) if kind == 0xF1 else b""
    to = push(int.from_bytes(chance.choice((THERE, HERE, bytes(19) + b"\4")), "big"), 20)
    return push(32) + push(0) + push(32) + push(0) + value + to + push(20_000, 2) + bytes([kind])


def _create(chance: random.Random, _: int) -> bytes:
    kind = chance.choice((0xF0, 0xF5))
    init = chance.choice((bytes.fromhex("5f5f5560205ff3"), bytes.fromhex("5f5ffd"), chance.randbytes(8))).ljust(
        32, b"\0"
    )
    salt = push(chance.randrange(2)) if kind == 0xF5 else b""
    return (
        push(int.from_bytes(init, "big"), 32) + push(0) + b"\x52" + salt + push(32) + push(0) + push(0) + bytes([kind])
    )


def _store(chance: random.Random, _: int) -> bytes:
    return push(chance.randrange(3)) + push(chance.randrange(3)) + bytes([chance.choice((0x55, 0x52, 0x5D))])


def test_random_programs_end_as_in_py_evm():
    chance, ends = random.Random(11), set()
    for number in range(PROGRAMS):
        code, other, data = program(chance), program(chance), chance.randbytes(chance.randrange(80))
        gas = chance.choice((GAS, 3_000, 500))
        expected = run(PragueState, code, other, data, gas)
        assert run(State, code, other, data, gas) == expected, f"program {number}: {code.hex()}"
        ends.add(expected[0])
    assert {None, "OutOfGas", "InsufficientStack"} <= ends


def test_random_bytes_end_as_in_py_evm():
    chance = random.Random(12)
    for _ in range(PROGRAMS):
        code = chance.randbytes(60)
        assert run(State, code, code, code) == run(PragueState, code, code, code), code.hex()


@pytest.mark.parametrize(
    "code",
    [
        push(1) * 1025,
        push(1) + b"\x80" * 1024,
        b"\x5f" * 1025,
        b"\x8f" + push(1),
        push(1) * 16 + b"\x9f",
        push(1) * 17 + b"\x9f",
        b"\x7f\x01",
        push(4) + b"\x56" + b"\x60\x5b\x00",
        b"\x0c",
        b"",
    ],
    ids=[
        "push",
        "dup",
        "push0",
        "dup16 of 0",
        "swap16 of 16",
        "swap16 of 17",
        "cut push",
        "jump to data",
        "none",
        "empty",
    ],
)
def test_the_edges_of_stack_and_code_are_where_py_evm_has_them(code):
    assert run(State, code, b"", b"") == run(PragueState, code, b"", b"")
