"""admitParticipant: the council takes in a participant under a new number."""

import pytest
from hostile import SPOILERS
from world import FAR, REASONS, SELLER, WORD

REQUEST = (9, 3, b"\x01" * WORD)


def council_of(world, kind):
    """Two members, the first of them with this kind of key."""
    first, second, _ = world.council
    return [first, second] if kind == "secp256k1" else [second, first]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_it_refuses_an_authorisation(world, kind, spoil):
    spoil(world, "admitParticipant", REQUEST, council_of(world, kind))


def test_it_needs_as_many_signatures_as_the_threshold(world):
    world.refused(world.act("admitParticipant", REQUEST, world.council[:1]), "RequestAuthorisationMissing", 1, 2)


def test_it_refuses_no_authorisation_at_all(world):
    call = world.encode("ParticipantRegistry", "admitParticipant", REQUEST, [])
    world.refused(call, "RequestAuthorisationMissing", 0, 2)


def test_it_counts_a_council_member_once(world):
    member, nonce = world.council[0], world.fresh_nonce()
    call = world.act("admitParticipant", REQUEST, [member, member], nonce=nonce)
    world.refused(call, "RequestNonceUsed", member.address, nonce)


def test_it_refuses_who_is_not_in_the_council(world):
    stranger = world.key(SELLER)
    call = world.act("admitParticipant", REQUEST, [world.council[0], stranger])
    world.refused(call, "CouncilNotMember", stranger.address)


@pytest.mark.parametrize("field", ["nonce", "deadline"])
def test_it_refuses_members_who_signed_different_digests(world, field):
    first, second = world.council[:2]
    nonce = world.fresh_nonce()
    signed = {"nonce": nonce, "deadline": FAR}
    differing = {**signed, field: signed[field] + 1}
    given = [
        world.authorise("ParticipantRegistry", "AdmitParticipant", REQUEST, first, **signed),
        world.authorise("ParticipantRegistry", "AdmitParticipant", REQUEST, second, **differing),
    ]
    call = world.encode("ParticipantRegistry", "admitParticipant", REQUEST, given)
    digest = world.digest("ParticipantRegistry", "AdmitParticipant", REQUEST, nonce)
    world.refused(call, "RequestSignerMismatch", second.address, digest)


def test_it_refuses_the_number_zero(world):
    world.refused(world.council_act("admitParticipant", 0, 1, bytes(WORD)), "ParticipantInvalid", 0)


def test_it_refuses_a_number_that_is_taken(world):
    world.refused(world.council_act("admitParticipant", SELLER, 1, bytes(WORD)), "ParticipantExists", SELLER)


def test_two_members_of_the_council_admit_a_participant(world, kind):
    (log,) = world.do(world.act("admitParticipant", REQUEST, council_of(world, kind)))
    assert log.name == "ParticipantAdmitted"
    assert (log.values["participant"], log.values["roles"], log.values["directory"]) == REQUEST


def test_all_three_members_may_sign(world):
    nonce = world.fresh_nonce()
    world.do(world.act("admitParticipant", REQUEST, world.council, nonce=nonce))
    assert all(world.read("ParticipantRegistry", "nonceUsed", member.address, nonce) for member in world.council)


@pytest.mark.parametrize("members, threshold", [(1, 0), (1, 2), (0, 0)])
def test_a_registry_is_not_deployed_with_a_threshold_out_of_reach(world, deployment_refused, members, threshold):
    council = [key.address for key in world.council[:members]]
    deployment_refused("CouncilInvalid", [council, threshold, REASONS], [members, threshold])


def test_a_registry_is_not_deployed_with_a_member_twice(world, deployment_refused):
    member = world.council[0].address
    deployment_refused("CouncilMemberRepeated", [[member, member], 2, REASONS], [member])
