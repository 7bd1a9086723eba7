"""Whatever the sides, arbitrators and time do about disputes, in any order: what must stay true does, and all ends."""

import pytest
from disputing import (
    ALL,
    AWARDED,
    DISMISSED,
    EMPTY,
    OPENER_SEED,
    OTHER_SEED,
    REASONS,
    REFUSED,
    STATEMENT,
    award,
    line,
    opening,
)
from eth_utils import keccak
from test_random_walks import Walk
from world import ARBITRATORS, CARRIER, CLOSED, DAY, FAR, SELLER, WORD

WALKS = 12
STEPS = 120
MOST_STEPS = 40  # of silence, from anywhere to the end


class DisputeWalk(Walk):
    """A walk whose returns are disputed."""

    def __init__(self, world, seed):
        super().__init__(world, seed)
        self.trackings, self.counts, self.open_of, self.offers = {}, {}, {}, []

    # --- Parcels whose numbers are remembered

    def tracking(self):
        word = self.world.fresh()
        self.trackings[keccak(CARRIER.to_bytes(WORD, "big") + word)] = word
        return word

    def send(self, number):
        document = self.chance.choice([bytes(WORD), self.world.fresh()])
        return self.by_buyer("addParcel", (0, 1, CARRIER, self.tracking(), 0, document), number)

    def parcel(self, number):
        values = (SELLER, self.chance.randint(2, 4), CARRIER, self.tracking(), 0, bytes(WORD))
        return self.by_seller("addParcel", values, number)

    # --- Acts

    def give(self, lines):
        """An award over these lines."""
        chance, given = self.chance, []
        for number in lines:
            pieces = [chance.choice([0, 0, 1, 2]) for _ in range(3)]
            given.append(line(number, *pieces, chance.choice([0, 5_000, ALL]), chance.randint(0, 3)))
        extra, unpaid = chance.choice([0, 0, 300]), chance.choice([0, 0, 100])
        return award(*given, extra=extra, unpaid=unpaid, costs=chance.choice([0, 5_000, ALL]))

    def parcels(self, number):
        ids = self.world.read("ReturnLedger", "partiesOf", self.sale.return_id(number))[-1]
        return [(CARRIER, self.trackings[id]) for id in ids]

    def open_dispute(self, number):
        by_buyer = self.chance.random() < 0.6
        lines = self.chance.choice([[0], [1], [0, 1], []])
        claim = self.give(lines)
        if not by_buyer:
            claim = (0, 0, *claim[2:])
        count = self.counts.get(number, 0) + 1
        request = opening(self.sale, claim, by_buyer, count, parcels=self.parcels(number))
        request = (self.sale.return_id(number), *request[1:])
        key = self.sale.buyer if by_buyer else self.world.key(SELLER)
        id = keccak(self.sale.return_id(number) + count.to_bytes(WORD, "big"))
        self.tried = (id, by_buyer, lines, number)
        return self.world.act("openDispute", request, key)

    def of(self, action, by_buyer, *values):
        participant, key = (0, self.sale.buyer) if by_buyer else (SELLER, self.world.key(SELLER))
        return self.world.act(action, (self.case[0], participant, *values), key)

    def answer(self):
        return self.of("answerDispute", not self.case[1], STATEMENT, OTHER_SEED)

    def escalate(self):
        return self.of("escalateDispute", self.case[1], OPENER_SEED)

    def withdraw(self):
        return self.of("withdrawDispute", self.case[1])

    def offer(self):
        by_buyer, given, nonce = self.chance.random() < 0.5, self.give(self.case[2]), self.world.fresh_nonce()
        participant = 0 if by_buyer else SELLER
        request = (self.case[0], participant, STATEMENT, given)
        self.offers.append((self.world.digest("DisputeDesk", "MakeOffer", request, nonce, FAR), by_buyer))
        key = self.sale.buyer if by_buyer else self.world.key(SELLER)
        return self.world.act("makeOffer", request, key, nonce=nonce)

    def accept(self):
        made, by_buyer = self.chance.choice(self.offers[-3:] or [(self.world.fresh(), True)])
        return self.of("acceptOffer", not by_buyer, made)

    def evidence(self):
        return self.of("submitEvidence", self.chance.random() < 0.5, 1, self.world.fresh())

    def verdict(self):
        chosen = self.chance.choice([AWARDED, AWARDED, AWARDED, DISMISSED, REFUSED])
        return chosen, self.give(self.case[2]) if chosen == AWARDED else EMPTY, REASONS

    def arbitrator(self):
        return self.world.read("DisputeDesk", "standingOf", self.case[0])[3] or ARBITRATORS[0]

    def rule(self):
        by = self.arbitrator()
        return self.world.act("giveRuling", (self.case[0], by, *self.verdict()), self.world.key(by))

    def recuse(self):
        by = self.chance.choice([self.arbitrator(), *ARBITRATORS])
        return self.world.act("recuseArbitrator", (self.case[0], by), self.world.key(by))

    def appeal(self):
        return self.of("appealRuling", self.chance.random() < 0.5, STATEMENT)

    def rule_on_appeal(self):
        given = self.verdict()
        for _ in range(6):
            keys = [self.world.key(a) for a in self.chance.sample(ARBITRATORS, 2)]
            call = self.world.act("givePanelRuling", (self.case[0], *given), keys)
            if self.world.try_call(call)[0]:
                break
        return call

    def silence(self):
        return self.world.encode("DisputeDesk", "enforce", self.case[0])

    # --- Walking

    def step(self):
        if self.opened == 0 or self.chance.random() < 0.5:
            return super().step()
        number = self.chance.randint(1, self.opened)
        if self.chance.random() < 0.15:
            self.world.pass_time(self.chance.choice([DAY, 7 * DAY, 20 * DAY]))
        if number not in self.open_of:
            return self.attempt("open_dispute", number, number)
        acts = "answer escalate withdraw offer accept evidence rule recuse appeal rule_on_appeal silence".split()
        self.case = self.open_of[number]
        return self.attempt(self.chance.choices(acts, [4, 4, 1, 3, 1, 1, 4, 1, 2, 3, 3])[0], number)

    def attempt(self, name, number, *given):
        call = getattr(self, name)(*given)
        passed, data = self.world.try_call(call)
        if not passed:
            assert self.world.error_in(data)[0] != "no custom error", f"{name} stumbled: {data.hex()}"
            return
        logs = self.world.do(call)
        if name == "open_dispute":
            self.counts[number] = self.counts.get(number, 0) + 1
            self.open_of[number] = self.tried
        for log in logs:
            self.follow(log)
            if log.name == "DisputeResolved":
                del self.open_of[number]

    def follow(self, log):
        if log.name == "DisputeResolved" and log.values["applies"]:
            self.given -= log.values["award"][1]
        super().follow(log)

    def end(self):
        for number in range(1, self.opened + 1):
            for _ in range(MOST_STEPS):
                if self.world.status(self.sale.return_id(number)) == CLOSED:
                    break
                if number in self.open_of:
                    self.case = self.open_of[number]
                    at = self.world.read("DisputeDesk", "turnOf", self.case[0])[4]
                    self.world.pass_to(max(at, self.world.now() + 1))
                    before = self.world.now()
                    self.attempt("silence", number)
                    assert self.world.now() >= before
                else:
                    self.world.pass_to(max(self.world.turn(self.sale, number)[3], self.world.now() + 1))
                    self.follow(self.world.do(self.enforce(number))[-1])
            assert self.world.status(self.sale.return_id(number)) == CLOSED
            assert number not in self.open_of


@pytest.mark.parametrize("seed", range(WALKS))
def test_any_order_of_acts_keeps_what_must_stay_true(world, seed):
    walk = DisputeWalk(world, 100 + seed)
    for _ in range(STEPS):
        walk.step()
    walk.end()
