"""What a hostile sender does to an authorisation, the same for every action.

Each takes the world, an action, its request, the key or the council's keys, and what else the function takes.
"""

from world import ACTIONS, ANY, SIGNED_BY_SEVERAL, World


def _first(action, key):
    return key[0] if action in SIGNED_BY_SEVERAL else key


def _refused_as_mismatch(world: World, action, request, key, more, **options):
    contract, struct = ACTIONS[action]
    nonce = world.fresh_nonce()
    call = world.act(action, request, key, *more, nonce=nonce, **options)
    digest = world.digest(contract, struct, request, nonce)
    world.refused(call, "RequestSignerMismatch", _first(action, key).address, digest)


def made_for_another_contract(world, action, request, key, *more):
    contract = ACTIONS[action][0]
    separator = world.separator(contract, address="0x" + "11" * 20)
    _refused_as_mismatch(world, action, request, key, more, separator=separator)


def made_for_another_chain(world, action, request, key, *more):
    separator = world.separator(ACTIONS[action][0], chain_id=world.chain_id + 1)
    _refused_as_mismatch(world, action, request, key, more, separator=separator)


def signed_by_somebody_else(world, action, request, key, *more):
    stranger = world.fresh_key(_first(action, key).kind)
    _refused_as_mismatch(world, action, request, key, more, sign=stranger.sign)


def with_s_in_the_upper_half(world, action, request, key, *more):
    _refused_as_mismatch(world, action, request, key, more, sign=_first(action, key).sign_malleable)


def altered_by_one_bit(world, action, request, key, *more):
    def sign(digest):
        signature = bytearray(_first(action, key).sign(digest))
        signature[-40] ^= 1
        return bytes(signature)

    _refused_as_mismatch(world, action, request, key, more, sign=sign)


def with_a_nonce_that_was_not_signed(world, action, request, key, *more):
    def sign(digest):
        contract, struct = ACTIONS[action]
        return _first(action, key).sign(world.digest(contract, struct, request, 7))

    _refused_as_mismatch(world, action, request, key, more, sign=sign)


def too_short(world, action, request, key, *more):
    call = world.act(action, request, key, *more, sign=lambda digest: _first(action, key).sign(digest)[:-1])
    length = {"secp256k1": 64, "p256": 127}[_first(action, key).kind]
    world.refused(call, "RequestSignatureMalformed", length)


def empty(world, action, request, key, *more):
    world.refused(world.act(action, request, key, *more, sign=lambda digest: b""), "RequestSignatureMalformed", 0)


def expired(world, action, request, key, *more):
    deadline = world.now() - 1
    world.refused(world.act(action, request, key, *more, deadline=deadline), "RequestExpired", deadline, ANY)


def replayed(world, action, request, key, *more):
    nonce = world.fresh_nonce()
    call = world.act(action, request, key, *more, nonce=nonce)
    world.do(call)
    world.refused(call, "RequestNonceUsed", _first(action, key).address, nonce)


SPOILERS = [
    made_for_another_contract,
    made_for_another_chain,
    signed_by_somebody_else,
    with_s_in_the_upper_half,
    altered_by_one_bit,
    with_a_nonce_that_was_not_signed,
    too_short,
    empty,
    expired,
    replayed,
]
