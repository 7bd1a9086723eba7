"""publishPolicy: a seller publishes the next version of its terms."""

import pytest
from eth_utils import keccak
from hostile import SPOILERS
from world import (
    ANY,
    CARRIER,
    DISPUTE_NAMES,
    DISPUTE_S,
    DISPUTES,
    METHODS,
    OTHER_SELLER,
    ROLE_SELLER,
    SELLER,
    TERM_NAMES,
    TERMS,
    WORD,
    disputes,
    terms,
)

DOCUMENT = b"\x05" * WORD
PERIOD_NAMES = TERM_NAMES[:13]
MAY_BE_ZERO = {"grace_s", "uninformed_s"}
FEE_LIMIT = 10_000
MOST_MINOR = 2**48 - 1


def request(version=2, participant=SELLER, series=1, terms=TERMS, disputes=DISPUTES, methods=METHODS):
    return (participant, series, version, terms, disputes, list(methods), DOCUMENT)


def policy_id(participant=SELLER, series=1):
    return keccak(participant.to_bytes(WORD, "big") + series.to_bytes(WORD, "big"))


def publish(world, key=None, **changes):
    return world.act("publishPolicy", request(**changes), key or world.key(SELLER))


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "publishPolicy", request(), world.key(SELLER, kind))


def test_it_refuses_a_key_of_another_participant(world, kind):
    other = world.key(OTHER_SELLER, kind)
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


@pytest.mark.parametrize("period", [name for name in PERIOD_NAMES if name not in MAY_BE_ZERO])
def test_it_refuses_a_period_of_nothing(world, period):
    call = publish(world, terms=terms(**{period: 0}))
    world.refused(call, "PolicyTermsInvalid", TERM_NAMES.index(period), 0)


@pytest.mark.parametrize("resolutions", [1, 31, 32, 255])
def test_it_refuses_resolutions_that_do_not_exist(world, resolutions):
    call = publish(world, terms=terms(resolutions=resolutions))
    world.refused(call, "PolicyTermsInvalid", TERM_NAMES.index("resolutions"), resolutions)


@pytest.mark.parametrize("choices", [4, 255])
def test_it_refuses_choices_that_do_not_exist(world, choices):
    call = publish(world, terms=terms(choices=choices))
    world.refused(call, "PolicyTermsInvalid", TERM_NAMES.index("choices"), choices)


@pytest.mark.parametrize("position", range(3))
def test_it_refuses_a_restocking_fee_above_the_price(world, position):
    fees = [0, 0, 0, 0, 0, 0, False]
    fees[position] = FEE_LIMIT + 1
    call = publish(world, terms=terms(fees=tuple(fees)))
    world.refused(call, "PolicyTermsInvalid", TERM_NAMES.index("fees"), FEE_LIMIT)


@pytest.mark.parametrize("period", DISPUTE_NAMES[:6])
def test_it_refuses_a_period_of_nothing_for_disputes(world, period):
    call = publish(world, disputes=disputes(**{period: 0}))
    world.refused(call, "PolicyDisputesInvalid", DISPUTE_NAMES.index(period), 0)


@pytest.mark.parametrize("name", ["confirm_s", "reopen_s"])
def test_it_refuses_to_let_returns_close_before_they_could_be_disputed(world, name):
    call = publish(world, terms=terms(**{name: DISPUTE_S - 1}))
    world.refused(call, "PolicyDisputesInvalid", 0, DISPUTE_S)
    world.do(publish(world, terms=terms(**{name: DISPUTE_S})))


@pytest.mark.parametrize("methods", [[(b"DE", 1), (b"DE", 2)], [(b"PL", 1), (b"DE", 1)]])
def test_it_refuses_countries_twice_or_out_of_order(world, methods):
    world.refused(publish(world, methods=methods), "PolicyMethodsInvalid", 1)


def test_it_refuses_more_countries_than_there_are(world):
    methods = [(number.to_bytes(2, "big"), 1) for number in range(251)]
    world.refused(publish(world, methods=methods), "PolicyMethodsInvalid", 250)
    world.do(publish(world, methods=methods[:250]))


@pytest.mark.parametrize("version", [0, 2])
def test_there_are_no_terms_of_a_version_that_was_not_published(world, version):
    for view in ("termsOf", "disputeTermsOf"):
        call = world.encode("PolicyBook", view, policy_id(), version)
        world.refused(call, "PolicyUnknown", policy_id(), version)


def test_a_seller_publishes_the_next_version(world, kind):
    changed = terms(choices=3, resolutions=0b10, fees=(FEE_LIMIT, 0, 1, MOST_MINOR, 0, 1, True))
    (log,) = world.do(publish(world, key=world.key(SELLER, kind), terms=changed))
    assert (log.name, log.topics[1]) == ("PolicyPublished", policy_id())
    assert tuple(log.values.values()) == (world.now(), SELLER, 1, 2, changed, DISPUTES, tuple(METHODS), DOCUMENT)
    assert world.read("PolicyBook", "latestVersion", policy_id()) == 2
    assert world.read("PolicyBook", "termsOf", policy_id(), 2) == changed
    assert world.read("PolicyBook", "disputeTermsOf", policy_id(), 2) == (DISPUTES, TERMS[7])


def test_the_shortest_and_the_longest_periods_are_published(world):
    shortest = {name: 0 if name in MAY_BE_ZERO else 1 for name in PERIOD_NAMES}
    world.do(publish(world, terms=terms(**shortest), disputes=disputes(**dict.fromkeys(DISPUTE_NAMES[:6], 1))))
    world.do(publish(world, version=3, terms=terms(**dict.fromkeys(PERIOD_NAMES, 2**32 - 1))))


def test_a_policy_may_serve_no_country_and_offer_no_resolution(world):
    world.do(publish(world, methods=[], terms=terms(resolutions=0)))


def test_an_older_version_never_changes(world):
    world.do(publish(world, terms=terms(window_s=1)))
    assert world.read("PolicyBook", "termsOf", policy_id(), 1) == TERMS


def test_a_receipt_keeps_the_version_that_it_names(world):
    sale = world.opened()
    world.do(publish(world, terms=terms(answer_s=1)))
    assert world.turn(sale)[2] == world.turn(sale)[3] - TERMS[7]
    assert world.turn(sale)[2] > world.now() + 1


def test_each_seller_numbers_its_own_series(world):
    world.do(publish(world, key=world.key(OTHER_SELLER), participant=OTHER_SELLER, version=1))
    world.do(publish(world, series=2, version=1))
    assert world.read("PolicyBook", "latestVersion", policy_id(OTHER_SELLER)) == 1
    assert world.read("PolicyBook", "latestVersion", policy_id(SELLER, 2)) == 1
    assert world.read("PolicyBook", "policyId", SELLER, 2) == policy_id(SELLER, 2)
