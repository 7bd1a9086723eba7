"""addKey, endKey, setRoles, setSuspension, listContract: what the council decides about members."""

import pytest
from hostile import SPOILERS
from world import ANY, CARRIER, OTHER_CARRIER, ROLE_CARRIER, ROLE_SELLER, SELLER, ascii32

NEW_KEY = "0x" + "22" * 20
REQUESTS = {
    "addKey": (CARRIER, NEW_KEY, True),
    "endKey": None,  # filled in by the test: a key that exists
    "setRoles": (CARRIER, 6),
    "setSuspension": (CARRIER, True),
    "listContract": (ascii32("ReturnLedger"), NEW_KEY),
}


def request_of(world, action):
    return REQUESTS[action] or (world.key(CARRIER).address,)


def standing(world, key, participant, roles):
    return world.read("ParticipantRegistry", "standing", key.address, participant, roles)


@pytest.mark.parametrize("spoil", SPOILERS)
@pytest.mark.parametrize("action", REQUESTS)
def test_it_refuses_an_authorisation(world, action, spoil):
    spoil(world, action, request_of(world, action), world.council[:2])


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation_by_p256(world, spoil):
    spoil(world, "addKey", REQUESTS["addKey"], world.council[1:])


@pytest.mark.parametrize("action", REQUESTS)
def test_it_needs_as_many_signatures_as_the_threshold(world, action):
    call = world.act(action, request_of(world, action), world.council[2:])
    world.refused(call, "RequestAuthorisationMissing", 1, 2)


@pytest.mark.parametrize("action", REQUESTS)
def test_it_counts_a_council_member_once(world, action):
    member, nonce = world.council[1], world.fresh_nonce()
    call = world.act(action, request_of(world, action), [member, member], nonce=nonce)
    world.refused(call, "RequestNonceUsed", member.address, nonce)


@pytest.mark.parametrize("action", REQUESTS)
def test_it_refuses_who_is_not_in_the_council(world, action):
    stranger = world.fresh_key()
    call = world.act(action, request_of(world, action), [stranger, *world.council[:2]])
    world.refused(call, "CouncilNotMember", stranger.address)


@pytest.mark.parametrize("action, rest", [("addKey", (NEW_KEY, False)), ("setRoles", (1,)), ("setSuspension", (True,))])
@pytest.mark.parametrize("participant", [0, 99])
def test_it_refuses_a_participant_that_was_never_admitted(world, action, rest, participant):
    world.refused(world.council_act(action, participant, *rest), "ParticipantUnknown", participant)


def test_the_zero_address_is_no_key(world):
    zero = "0x" + "00" * 20
    world.refused(world.council_act("addKey", CARRIER, zero, False), "KeyInvalid", zero)


def test_a_key_stands_for_one_participant(world):
    key = world.key(CARRIER).address
    for participant in (CARRIER, OTHER_CARRIER):
        world.refused(world.council_act("addKey", participant, key, False), "KeyExists", key)


def test_an_ended_key_is_not_added_again(world):
    key = world.key(CARRIER).address
    world.do(world.council_act("endKey", key))
    world.refused(world.council_act("addKey", CARRIER, key, False), "KeyExists", key)


def test_a_key_that_was_never_added_cannot_end(world):
    world.refused(world.council_act("endKey", NEW_KEY), "KeyUnknown", NEW_KEY, 0)


def test_a_key_ends_once(world):
    key = world.key(CARRIER).address
    world.do(world.council_act("endKey", key))
    world.refused(world.council_act("endKey", key), "KeyHasEnded", key, world.now())


def test_require_role_names_the_reason_for_a_refusal(world):
    ask = lambda key, participant, roles: world.encode(  # noqa: E731
        "ParticipantRegistry", "requireRole", key.address, participant, roles
    )
    carrier, seller = world.key(CARRIER), world.key(SELLER)
    world.refused(ask(carrier, OTHER_CARRIER, ROLE_CARRIER), "KeyUnknown", carrier.address, OTHER_CARRIER)
    stranger = world.fresh_key()
    world.refused(ask(stranger, 0, 0xFFFF), "KeyUnknown", stranger.address, 0)
    world.refused(ask(carrier, CARRIER, ROLE_SELLER), "ParticipantMissingRole", CARRIER, ROLE_SELLER)
    world.do(world.council_act("setSuspension", SELLER, True))
    world.refused(ask(seller, SELLER, ROLE_SELLER), "ParticipantSuspended", SELLER)
    world.do(world.council_act("endKey", carrier.address))
    world.refused(ask(carrier, CARRIER, ROLE_CARRIER), "KeyHasEnded", carrier.address, ANY)


def test_standing_gives_the_selector_of_the_reason(world):
    carrier, seller = world.key(CARRIER), world.key(SELLER)
    assert standing(world, carrier, CARRIER, ROLE_CARRIER) == bytes(4)
    assert standing(world, carrier, CARRIER, ROLE_CARRIER | ROLE_SELLER) == bytes(4)
    assert standing(world, world.fresh_key(), 0, 0xFFFF) == world.selector("KeyUnknown")
    assert standing(world, carrier, SELLER, ROLE_SELLER) == world.selector("KeyUnknown")
    assert standing(world, carrier, CARRIER, ROLE_SELLER) == world.selector("ParticipantMissingRole")
    world.do(world.council_act("setSuspension", SELLER, True))
    assert standing(world, seller, SELLER, ROLE_SELLER) == world.selector("ParticipantSuspended")
    world.do(world.council_act("endKey", carrier.address))
    assert standing(world, carrier, CARRIER, ROLE_CARRIER) == world.selector("KeyHasEnded")


def test_the_council_adds_a_key(world):
    (log,) = world.do(world.council_act("addKey", CARRIER, NEW_KEY, True))
    assert log.name == "KeyAdded"
    assert log.values == {"recordedAt": world.now(), "participant": CARRIER, "key": NEW_KEY, "inCustody": True}
    assert list(world.read("ParticipantRegistry", "keyOf", NEW_KEY)) == [CARRIER, world.now(), 0, True]


def test_the_council_ends_a_key(world):
    key = world.key(CARRIER).address
    (log,) = world.do(world.council_act("endKey", key))
    assert log.name == "KeyEnded"
    assert log.values == {"recordedAt": world.now(), "participant": CARRIER, "key": key.lower()}
    assert world.read("ParticipantRegistry", "keyOf", key)[2] == world.now()


def test_the_council_replaces_roles(world):
    (log,) = world.do(world.council_act("setRoles", CARRIER, ROLE_SELLER))
    assert log.name == "RolesSet"
    assert log.values == {"recordedAt": world.now(), "participant": CARRIER, "roles": ROLE_SELLER}
    assert standing(world, world.key(CARRIER), CARRIER, ROLE_SELLER) == bytes(4)
    assert standing(world, world.key(CARRIER), CARRIER, ROLE_CARRIER) == world.selector("ParticipantMissingRole")


def test_the_council_suspends_and_reinstates(world):
    for suspended in (True, False):
        (log,) = world.do(world.council_act("setSuspension", CARRIER, suspended))
        assert log.name == "SuspensionSet"
        assert log.values == {"recordedAt": world.now(), "participant": CARRIER, "suspended": suspended}
    assert standing(world, world.key(CARRIER), CARRIER, ROLE_CARRIER) == bytes(4)


def test_the_council_lists_a_contract(world):
    (log,) = world.do(world.council_act("listContract", *REQUESTS["listContract"]))
    assert log.name == "ContractListed"
    assert (log.values["kind"], log.values["at"]) == REQUESTS["listContract"]
