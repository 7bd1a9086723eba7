"""Whatever buyer, seller, inspector and time do, in any order: some things stay true, and silence ends every return."""

import random

import pytest
from world import (
    CARRIER,
    CLOSED,
    CONFIRM,
    DAY,
    DEFECTIVE,
    FINAL_SALE,
    INSPECTOR,
    LINES,
    PAID_MINOR,
    SELLER,
    TOO_LARGE,
    WORD,
)

WALKS = 16
STEPS = 60
RETURNS = 3
MOST_STEPS = 10  # of silence, from anywhere to the end
# Acts that must not move a deadline of the same turn: they would put it off for ever.
NEVER_PUT_OFF = {"pay", "parcel", "prove", "confirm", "deliver", "propose", "approve", "decline"}


class Walk:
    """One sale, its returns, and what a bystander knows of them from the entries."""

    def __init__(self, world, seed):
        self.world, self.chance = world, random.Random(seed)
        fees = (1_000, 0, 0, 250, 0, 0, bool(seed % 2))
        self.sale = world.claimed(version=world.policy(choices=seed % 4, fees=fees), informed=bool(seed % 3))
        self.opened, self.accepted, self.given = 0, [0] * len(LINES), 0

    def pieces(self, most=3):
        chosen = self.chance.sample(range(len(LINES)), self.chance.randint(1, len(LINES)))
        return [(line, self.chance.randint(0 if most == 0 else 1, most)) for line in chosen]

    # --- Acts

    def open(self, _):
        reason = self.chance.choice([TOO_LARGE, DEFECTIVE])
        lines = [(line, count, reason) for line, count in self.pieces(2)]
        kind, resolution = self.chance.choice([(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)])
        delivered_at = self.world.now() - self.chance.choice([0, 40 * DAY])
        options = {"kind": kind, "resolution": resolution, "delivered_at": delivered_at}
        return self.world.open(self.sale, lines, number=self.opened + 1, **options)

    def by(self, action, values, key, number):
        return self.world.act(action, (self.sale.return_id(number), *values), key)

    def by_seller(self, action, values, number):
        return self.by(action, values, self.world.key(SELLER), number)

    def by_buyer(self, action, values, number):
        return self.by(action, values, self.sale.buyer, number)

    def ask(self, number):
        return self.by_seller("askBuyer", (self.world.fresh(),), number)

    def supply(self, number):
        return self.by_buyer("supplyAnswer", (self.world.fresh(),), number)

    def approve(self, number):
        exceptions = [(0, self.chance.randint(0, 1), FINAL_SALE)] if self.chance.random() < 0.3 else []
        inspector = self.chance.choice([0, INSPECTOR])
        return self.by_seller("approveReturn", (inspector, self.chance.random() < 0.1, exceptions), number)

    def decline(self, number):
        return self.by_seller("declineReturn", (FINAL_SALE,), number)

    def cancel(self, number):
        return self.by_buyer("cancelReturn", (), number)

    def reopen(self, number):
        return self.by_buyer("reopenReturn", (self.world.fresh(),), number)

    def send(self, number):
        document = self.chance.choice([bytes(WORD), self.world.fresh()])
        values = (0, 1, CARRIER, self.world.fresh(), self.chance.choice([0, self.world.now() - DAY]), document)
        return self.by_buyer("addParcel", values, number)

    def parcel(self, number):
        values = (SELLER, self.chance.randint(2, 4), CARRIER, self.world.fresh(), 0, bytes(WORD))
        return self.by_seller("addParcel", values, number)

    def receive(self, number):
        lines = self.pieces(2) if self.chance.random() < 0.8 else []
        values = (SELLER, 0, self.chance.random() < 0.3, 0, 0, bytes(WORD), lines)
        return self.by_seller("receiveGoods", values, number)

    def inspect(self, number):
        lines = []
        for line, count in self.pieces(2):
            accepted = self.chance.randint(0, count)
            lines.append((line, accepted, count - accepted, self.chance.choice([0, 0, 3_333, 10_000]), 0, 0))
        return self.by_seller("inspectGoods", (SELLER, bytes(WORD), lines), number)

    def pay(self, number):
        due = self.world.due(self.sale, number)
        amount = self.chance.choice([1, due, due, due // 2, due + 1])
        return self.by_seller("releaseRefund", (amount, self.chance.choice([0, 0, 7]), bytes(WORD), 0), number)

    def confirm(self, number):
        return self.by_buyer("confirmOutcome", (self.chance.random() < 0.3, bytes(WORD)), number)

    def prove(self, number):
        return self.by_seller("proveOutcome", (bytes(WORD),), number)

    def close(self, number):
        return self.by_buyer("closeReturn", (), number)

    def enforce(self, number):
        return self.world.enforce(self.sale, number)

    def deliver(self, _):
        key = self.world.key(SELLER)
        return self.world.act("stateDelivery", (self.sale.id, SELLER, self.world.now(), bytes(WORD)), key)

    def propose(self, _):
        key = self.world.key(SELLER)
        return self.world.act("proposeBuyerKey", (self.sale.id, self.world.fresh_key().address), key)

    # --- Walking

    def step(self):
        acts = "ask supply approve decline cancel reopen send parcel receive inspect pay confirm prove enforce".split()
        weights = [1, 2, 4, 1, 1, 2, 3, 3, 4, 4, 3, 2, 3, 3]
        acts, weights = acts + ["deliver", "propose", "close"], weights + [1, 1, 0.1]
        number = self.chance.randint(1, max(1, self.opened))
        name = self.chance.choices(acts, weights)[0]
        if self.opened == 0 or (self.opened < RETURNS and self.chance.random() < 0.1):
            name = "open"
        if self.chance.random() < 0.15:
            self.world.pass_time(self.chance.choice([DAY, 10 * DAY, 30 * DAY]))
        call = getattr(self, name)(number)
        passed, data = self.world.try_call(call)
        if not passed:
            assert self.world.error_in(data)[0] != "no custom error", f"{name} stumbled: {data.hex()}"
            return
        before = self.world.turn(self.sale, number) if name != "open" else None
        (log,) = self.world.do(call)
        self.opened += name == "open"
        self.follow(log)
        # Who is paid after a default has his time to answer anew; who contests then moves his own time alone, once.
        if name in NEVER_PUT_OFF and (name, before[1]) not in (("pay", CONFIRM), ("confirm", CONFIRM)):
            after = self.world.turn(self.sale, number)
            assert after[1] != before[1] or after[2] <= before[2], f"{name} put off {before} to {after}"

    def follow(self, log):
        for line, before, pieces, goods, diminished in log.values.get("accepted", ()):
            assert before == self.accepted[line]
            self.accepted[line] += pieces
            assert self.accepted[line] <= LINES[line][0]
            assert diminished <= goods
        if log.name == "RefundReleased":
            self.given += log.values["amountMinor"] + log.values["goodwillMinor"]
        assert self.given <= PAID_MINOR
        for number in range(1, self.opened + 1):
            assert self.world.due(self.sale, number) <= PAID_MINOR - self.given

    def end(self):
        for number in range(1, self.opened + 1):
            for _ in range(MOST_STEPS):
                if self.world.status(self.sale.return_id(number)) == CLOSED:
                    break
                self.world.pass_to(max(self.world.turn(self.sale, number)[3], self.world.now() + 1))
                (log,) = self.world.do(self.enforce(number))
                self.follow(log)
            assert self.world.status(self.sale.return_id(number)) == CLOSED


@pytest.mark.parametrize("seed", range(WALKS))
def test_any_order_of_acts_keeps_what_must_stay_true(world, seed):
    walk = Walk(world, seed)
    for _ in range(STEPS):
        walk.step()
    walk.end()
