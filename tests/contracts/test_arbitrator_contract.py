"""An arbitrator contract in the shape of ERC-792 plugs in; whatever it does, the dispute goes on without it."""

import pytest
from disputing import (
    ARBITRATORS_TURN,
    BY_DEFAULT,
    BY_RULING,
    CLAIM,
    DISMISSED,
    DUE,
    ENDED,
    ESCALATED,
    PASSED,
    REFUSED,
    REFUSED_TO,
    RULED,
    SELLERS_CLAIM,
    TO_RULE,
    UNDER_REVIEW,
    answer,
    answered,
    appeal,
    arbitrator_of,
    award,
    disputed,
    draw,
    enforce,
    escalate,
    evidence,
    offer,
    opened,
    picked,
    scratched,
    silence,
    standing,
    turn,
    withdraw,
)
from world import ARBITRATORS, EVIDENCE_S, Call

PROPER, REVERTS, BURNS_GAS, SAYS_LITTLE, SAYS_MUCH, SAME_ID = range(6)
CHOICES = 101


def offer_claim(world, case):
    return offer(world, case, True, CLAIM)


@pytest.fixture(scope="session")
def outside(settled, CentralizedArbitrator):
    """Deployed once, like all contracts."""
    return CentralizedArbitrator.deploy({"from": settled.sender})


@pytest.fixture(scope="session")
def wallet(settled, TestToken):
    """A contract that knows nothing of arbitration."""
    return TestToken.deploy({"from": settled.sender})


def do(world, outside, name, *arguments):
    """Calls the arbitrator contract; the events of ours."""
    data = getattr(outside, name).encode_input(*arguments)
    world.others["Outside"] = outside
    return world.do(Call("Outside", bytes.fromhex(data[2:])))


def refused(world, outside, external_id, ruling, error, *arguments):
    world.others["Outside"] = outside
    data = outside.giveRuling.encode_input(external_id, ruling)
    world.refused(Call("Outside", bytes.fromhex(data[2:])), error, *arguments)


def taken(world, outside, by_buyer=True, **terms):
    """The arbitrator contract has the case."""
    case = answered(world, by_buyer, arbitrator=outside.address, **terms)
    world.do(escalate(world, case))
    return case


def heard_outside(world, outside, *args, **terms):
    case = taken(world, outside, *args, **terms)
    world.pass_time(EVIDENCE_S)
    return case


def cases(world, outside, number):
    answer = world.web3.eth.call({"to": outside.address, "data": outside.cases.encode_input(number)})
    return outside.cases.decode_output(answer)


# --- Failures ---------------------------------------------------------------------------------------------------------


def test_it_refuses_a_ruling_of_who_has_no_dispute(world, outside):
    world.refused(world.encode("DisputeDesk", "rule", 0, 1), "DisputeUnknown", bytes(32))
    taken(world, outside)
    world.refused(world.encode("DisputeDesk", "rule", 0, 1), "DisputeUnknown", bytes(32))


def test_it_refuses_a_ruling_before_both_sides_were_heard(world, outside):
    case = taken(world, outside)
    refused(world, outside, 0, 1, "RulingTooEarly", case.id, world.now() + EVIDENCE_S)


def test_it_refuses_a_ruling_that_is_no_choice(world, outside):
    case = heard_outside(world, outside)
    refused(world, outside, 0, CHOICES + 1, "VerdictInvalid", case.id, CHOICES + 1)


def test_it_refuses_a_second_ruling(world, outside):
    case = heard_outside(world, outside)
    do(world, outside, "giveRuling", 0, 86)
    refused(world, outside, 0, 1, "DisputeWrongStage", case.id, RULED, UNDER_REVIEW)


def test_it_refuses_a_ruling_about_what_was_withdrawn(world, outside):
    case = heard_outside(world, outside)
    world.do(withdraw(world, case))
    refused(world, outside, 0, 86, "DisputeWrongStage", case.id, ENDED, UNDER_REVIEW)


def test_it_refuses_a_late_ruling_once_the_roster_has_the_case(world, outside):
    case = heard_outside(world, outside)
    silence(world, case)
    refused(world, outside, 0, 86, "ArbitratorNotAssigned", case.id, 0)


# --- A proper one -----------------------------------------------------------------------------------------------------


def test_it_gets_the_case_under_an_id_of_its_own(world, outside):
    case = answered(world, arbitrator=outside.address)
    (log,) = world.do(escalate(world, case))
    assert list(log.values.values())[3:] == [0, outside.address.lower(), 0]
    arbitrable, choices, data = cases(world, outside, 0)
    assert (str(arbitrable), int(choices), str(data)) == (world.address("DisputeDesk"), CHOICES, "0x" + case.id.hex())
    assert turn(world, case)[:2] == (ARBITRATORS_TURN, TO_RULE)
    assert (turn(world, case)[5], arbitrator_of(world, case)) == (PASSED, 0)


def test_it_gets_the_case_without_an_answer_too(world, outside):
    case = opened(world, arbitrator=outside.address)
    (log,) = silence(world, case)
    assert list(log.values.values())[2:] == [ESCALATED, 0, outside.address.lower(), 0]


@pytest.mark.parametrize("percent", [0, 60, 85, 100])
def test_ruling_n_gives_the_buyer_n_less_one_percent(world, outside, percent):
    case = heard_outside(world, outside)
    log, _ = do(world, outside, "giveRuling", 0, percent + 1)
    assert (log.name, log.topics[1:]) == ("ExternalRulingGiven", [case.id, bytes(32)])
    assert list(log.values.values())[:3] == [world.now(), outside.address.lower(), percent + 1]
    assert standing(world, case)[0] == RULED
    silence(world, case)
    assert standing(world, case) == (ENDED, BY_RULING)
    assert world.due(case.sale) == DUE[percent or 60]
    if percent == 0:
        assert log.values["verdict"] == DISMISSED


def test_it_divides_extras_and_payments_too(world, outside):
    sale = scratched(world, arbitrator=outside.address)
    world.do(world.pay(sale, 1_001))
    case = disputed(world, sale, award(extra=333, unpaid=1_001))
    world.do(answer(world, case))
    world.do(escalate(world, case))
    world.pass_time(EVIDENCE_S)
    log, _ = do(world, outside, "giveRuling", 0, 51)
    assert log.values["award"] == (166, 500, 0, ())


@pytest.mark.parametrize("percent", [0, 85, 100])
def test_about_a_seller_s_claim_it_says_what_the_buyer_keeps_and_charges_no_costs(world, outside, percent):
    sale = scratched(world, arbitrator=outside.address)
    case = disputed(world, sale, (*SELLERS_CLAIM[:2], 10_000, SELLERS_CLAIM[3]), by_buyer=False)
    world.do(answer(world, case))
    world.do(escalate(world, case))
    world.pass_time(EVIDENCE_S)
    do(world, outside, "giveRuling", 0, percent + 1)
    resolved = silence(world, case)[-1]
    assert (resolved.values["costsMinor"], world.due(sale)) == (0, DUE[percent])


def test_ruling_0_refuses_to_arbitrate(world, outside):
    case = heard_outside(world, outside)
    log, _ = do(world, outside, "giveRuling", 0, 0)
    assert log.values["verdict"] == REFUSED
    silence(world, case)
    assert (standing(world, case), world.due(case.sale)) == ((ENDED, REFUSED_TO), DUE[60])


def test_its_ruling_may_be_appealed_to_the_roster(world, outside):
    case = heard_outside(world, outside)
    do(world, outside, "giveRuling", 0, 1)
    (log,) = world.do(appeal(world, case))
    assert len(set(log.values["panel"]) & set(ARBITRATORS)) == 3


def test_the_standard_s_event_says_the_ruling_too(world, outside):
    heard_outside(world, outside)
    _, said = do(world, outside, "giveRuling", 0, 86)
    sender = bytes.fromhex(outside.address[2:]).rjust(32, b"\0")
    assert (said.name, said.topics[1:], said.values) == ("Ruling", [sender, bytes(32)], {"_ruling": 86})


# --- One that does not work -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manner", [REVERTS, BURNS_GAS, SAYS_LITTLE])
@pytest.mark.parametrize("is_answered", [True, False])
def test_whatever_it_does_at_once_the_roster_gets_the_case(world, outside, manner, is_answered):
    do(world, outside, "setManner", manner)
    if is_answered:
        case = answered(world, arbitrator=outside.address)
        world.do(escalate(world, case))
        assert arbitrator_of(world, case) == picked(ARBITRATORS, draw(case))
    else:
        case = opened(world, arbitrator=outside.address)
        silence(world, case)
        assert arbitrator_of(world, case) in ARBITRATORS


def test_one_that_says_too_much_is_cut_short(world, outside):
    do(world, outside, "setManner", SAYS_MUCH)
    case = taken(world, outside)
    assert standing(world, case)[0] == UNDER_REVIEW
    assert world.gas_used < 1_500_000


def test_an_id_that_it_gave_before_is_no_id(world, outside):
    first = taken(world, outside)
    do(world, outside, "setManner", SAME_ID)
    second = taken(world, outside)
    assert (arbitrator_of(world, first), arbitrator_of(world, second)) == (0, picked(ARBITRATORS, draw(second)))
    world.pass_time(EVIDENCE_S)
    do(world, outside, "giveRuling", 0, 86)
    assert (standing(world, first)[0], standing(world, second)[0]) == (RULED, UNDER_REVIEW)


def test_an_account_or_a_contract_that_is_no_arbitrator_gets_no_case(world, wallet):
    for address in ("0x" + "5a" * 20, wallet.address, world.address("DisputeDesk"), world.address("ReturnLedger")):
        case = answered(world, arbitrator=address)
        world.do(escalate(world, case))
        assert arbitrator_of(world, case) in ARBITRATORS


def test_once_it_is_silent_the_roster_gets_the_case_by_lot(world, outside):
    case = taken(world, outside)
    (log,) = silence(world, case)
    assert (log.values["consequence"], arbitrator_of(world, case)) == (PASSED, picked(ARBITRATORS, draw(case)))


def test_once_it_is_silent_about_what_nobody_answered_the_next_in_roster_order_gets_it(world, outside):
    got = []
    for _ in range(2):
        first = opened(world)
        silence(world, first)
        case = opened(world, arbitrator=outside.address)
        silence(world, case)
        silence(world, case)
        got.append((arbitrator_of(world, first), arbitrator_of(world, case)))
    for before, after in got:
        assert after == ARBITRATORS[(ARBITRATORS.index(before) + 1) % len(ARBITRATORS)]


def test_once_it_is_silent_and_nobody_is_on_the_roster_the_policy_decides(world, outside):
    case = taken(world, outside)
    for arbitrator in ARBITRATORS:
        world.do(world.council_act("setSuspension", arbitrator, True))
    resolved = silence(world, case)[-1]
    assert (resolved.values["ending"], world.due(case.sale)) == (BY_DEFAULT, DUE[100])
    refused(world, outside, 0, 1, "DisputeWrongStage", case.id, ENDED, UNDER_REVIEW)


def called_back(world, outside):
    answer = world.web3.eth.call({"to": outside.address, "data": outside.calledBack.encode_input()})
    return outside.calledBack.decode_output(answer)


@pytest.mark.parametrize("act", [withdraw, escalate, enforce, offer_claim])
def test_nobody_acts_in_the_dispute_while_it_runs(world, outside, act):
    case = answered(world, arbitrator=outside.address)
    do(world, outside, "setBack", act(world, case).data)
    world.do(escalate(world, case))
    assert not called_back(world, outside)
    assert (standing(world, case), world.read("DisputeDesk", "turnOf", case.id)[1]) == ((UNDER_REVIEW, 0), TO_RULE)


def test_it_acts_as_anybody_does_elsewhere_while_it_runs(world, outside):
    other, case = answered(world), answered(world, arbitrator=outside.address)
    do(world, outside, "setBack", evidence(world, other).data)
    assert [log.name for log in world.do(escalate(world, case))] == ["EvidenceSubmitted", "DisputeEscalated"]
    assert called_back(world, outside)


def test_nobody_keeps_it_from_the_case_by_too_little_gas(world, outside):
    case = answered(world, arbitrator=outside.address)
    call = escalate(world, case)
    world.do(call)
    enough = world.gas_used
    other = answered(world, arbitrator=outside.address)
    call = escalate(world, other)
    for gas in range(100_000, enough + 20_000, 10_000):
        passed, _ = world.try_call(call, gas=gas)
        if passed:
            world.do(call, gas=gas)
            assert arbitrator_of(world, other) == 0
            break
