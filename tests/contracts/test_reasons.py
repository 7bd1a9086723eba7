"""defineReasons: the council adds reasons, each once."""

import pytest
from hostile import SPOILERS
from world import DEFECTIVE, REASONS, SELLER, TOO_LARGE, ascii32

HANDLE = ascii32("other")
NEW = [(7, 2, HANDLE), (65_535, 5, HANDLE)]
CATEGORIES = range(1, 6)


def define(world, reasons):
    return world.council_act("defineReasons", list(reasons))


def category(world, reason):
    return world.read("ParticipantRegistry", "categoryOf", reason)


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, spoil):
    spoil(world, "defineReasons", (NEW,), world.council[:2])


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_by_p256(world, spoil):
    spoil(world, "defineReasons", (NEW,), world.council[1:])


def test_it_needs_as_many_signatures_as_the_threshold(world):
    world.refused(world.act("defineReasons", (NEW,), world.council[:1]), "RequestAuthorisationMissing", 1, 2)


def test_it_refuses_who_is_not_in_the_council(world, kind):
    seller = world.key(SELLER, kind)
    world.refused(world.act("defineReasons", (NEW,), [world.council[0], seller]), "CouncilNotMember", seller.address)


@pytest.mark.parametrize("count", [0, 101])
def test_it_refuses_too_few_or_too_many_reasons(world, count):
    reasons = [(1_000 + number, 1, HANDLE) for number in range(count)]
    world.refused(define(world, reasons), "ReasonListInvalid", count, 100)


@pytest.mark.parametrize("reason, category", [(0, 1), (7, 0), (7, 6), (7, 255)])
def test_it_refuses_a_reason_without_number_or_category(world, reason, category):
    world.refused(define(world, [(8, 1, HANDLE), (reason, category, HANDLE)]), "ReasonInvalid", reason, category)


@pytest.mark.parametrize("reason", [TOO_LARGE, DEFECTIVE])
def test_it_refuses_to_define_a_reason_anew(world, reason):
    for number in CATEGORIES:
        world.refused(define(world, [(reason, number, HANDLE)]), "ReasonExists", reason)


def test_it_refuses_a_reason_twice_in_one_act(world):
    world.refused(define(world, [(7, 2, HANDLE), (7, 2, HANDLE)]), "ReasonExists", 7)


def test_a_registry_is_not_deployed_without_reasons(world, deployment_refused):
    council = [key.address for key in world.council]
    deployment_refused("ReasonListInvalid", [council, 2, []], [0, 100])


def test_the_first_reasons_come_with_the_deployment(world):
    assert [category(world, reason) for reason, _, _ in REASONS] == [number for _, number, _ in REASONS]
    assert [category(world, reason) for reason in (0, 1, 65_535)] == [0, 0, 0]


def test_the_council_defines_reasons(world):
    (log,) = world.do(define(world, NEW))
    assert log.name == "ReasonsDefined"
    assert list(log.values.values()) == [world.now(), tuple(NEW)]
    assert [category(world, reason) for reason, _, _ in NEW] == [2, 5]


def test_a_hundred_reasons_are_defined_in_one_act(world):
    world.do(define(world, [(1_000 + number, 1, HANDLE) for number in range(100)]))


def test_a_return_is_opened_for_a_new_reason(world):
    sale = world.claimed()
    world.refused(world.open(sale, [(0, 1, 7)]), "ReasonWrongCategory", 7, 0)
    world.do(define(world, [(7, 2, HANDLE)]))
    world.do(world.open(sale, [(0, 1, 7)]))
