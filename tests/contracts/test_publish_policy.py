"""publishPolicy: a seller publishes the next version of its terms."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import ANY, CARRIER, OTHER_SELLER, ROLE_SELLER, SELLER, TERMS, WORD


def request(version=2, participant=SELLER, series=1, terms=TERMS):
    return (participant, series, version, terms, b"\x05" * WORD)


def policy_id(participant=SELLER, series=1):
    return keccak(participant.to_bytes(WORD, "big") + series.to_bytes(WORD, "big"))


def publish(world, key=None, **changes):
    return world.act("publishPolicy", request(**changes), key or world.key(SELLER))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "publishPolicy", request(), world.key(SELLER, kind))


def test_it_refuses_a_key_of_another_participant(world):
    other = world.key(OTHER_SELLER)
    world.refused(publish(world, key=other), "KeyUnknown", other.address, SELLER)


def test_it_refuses_an_ended_key(world):
    world.do(world.council_act("endKey", world.key(SELLER).address))
    world.refused(publish(world), "KeyHasEnded", world.key(SELLER).address, ANY)


def test_it_refuses_a_suspended_seller(world):
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(publish(world), "ParticipantSuspended", SELLER)


def test_it_refuses_who_is_not_a_seller(world):
    call = publish(world, key=world.key(CARRIER), participant=CARRIER, version=1)
    world.refused(call, "ParticipantMissingRole", CARRIER, ROLE_SELLER)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_it_refuses_any_version_but_the_next(world, version):
    world.refused(publish(world, version=version), "PolicyVersionWrong", policy_id(), version, 2)


def test_it_refuses_a_window_of_nothing(world):
    world.refused(publish(world, terms=(0, *TERMS[1:])), "PolicyTermsInvalid", 0, 0)


def test_it_refuses_a_restocking_fee_above_the_price(world):
    world.refused(publish(world, terms=(*TERMS[:7], 10_001)), "PolicyTermsInvalid", 7, 10_001)


@pytest.mark.parametrize("version", [0, 2])
def test_there_are_no_terms_of_a_version_that_was_not_published(world, version):
    call = world.encode("PolicyBook", "termsOf", policy_id(), version)
    world.refused(call, "PolicyUnknown", policy_id(), version)


def test_a_seller_publishes_the_next_version(world, kind):
    terms = (1, *TERMS[1:7], 10_000)
    (log,) = world.do(publish(world, key=world.key(SELLER, kind), terms=terms))
    assert (log.name, log.topics[1]) == ("PolicyPublished", policy_id())
    assert tuple(log.values.values()) == (world.now(), SELLER, 1, 2, terms, b"\x05" * WORD)
    assert world.read("PolicyBook", "latestVersion", policy_id()) == 2
    assert tuple(world.read("PolicyBook", "termsOf", policy_id(), 2)) == terms


def test_an_older_version_never_changes(world):
    world.do(publish(world, terms=(1, *TERMS[1:])))
    assert tuple(world.read("PolicyBook", "termsOf", policy_id(), 1)) == TERMS


def test_each_seller_numbers_its_own_series(world):
    world.do(publish(world, key=world.key(OTHER_SELLER), participant=OTHER_SELLER, version=1))
    world.do(publish(world, series=2, version=1))
    assert world.read("PolicyBook", "latestVersion", policy_id(OTHER_SELLER)) == 1
    assert world.read("PolicyBook", "latestVersion", policy_id(SELLER, 2)) == 1
    assert world.read("PolicyBook", "policyId", SELLER, 2) == policy_id(SELLER, 2)
