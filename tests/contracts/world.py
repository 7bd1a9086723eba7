"""The deployed contracts and their people, and the one way in which these tests sign, send and look at refusals."""

import itertools
import time
from dataclasses import dataclass

from eth_abi import decode, encode
from eth_utils import keccak
from signing import KINDS, digest_of, separator_of
from web3.exceptions import TimeExhausted

MINED_S = 10  # seconds until a transaction that the node has not mined is no longer waited for
FAR = 10**11  # A deadline that no test reaches, Unix seconds.
SELLER, CARRIER, OTHER_SELLER, INSPECTOR, OTHER_CARRIER = 1, 2, 3, 4, 5
ARBITRATORS = (21, 22, 23, 24, 25, 26, 27)
ROLE_SELLER, ROLE_CARRIER, ROLE_INSPECTOR, ROLE_ARBITRATOR = 1, 2, 4, 16
NONE, REQUESTED, APPROVED, DECLINED, CLOSED, QUESTIONED, CANCELLED, EXPIRED = range(8)
GOODWILL, WITHDRAWAL = 1, 2  # kinds
REFUND, REPLACEMENT, STORE_CREDIT, REPAIR = 1, 2, 3, 4  # resolutions
GOODS_RETURNED, REPLACEMENT_SENT, REPAIRED, GOODS_GIVEN_BACK = 1, 2, 3, 4  # purposes of parcels
# What is waited for, and what silence then means.
(
    NO_ACT,
    ANSWER,
    SUPPLY,
    SEND,
    RECEIVE,
    INSPECT,
    PAY,
    REPLACE,
    GIVE_BACK,
    PROVE,
    CONFIRM,
    REOPEN,
    DISPUTE,
) = range(13)
(
    NO_CONSEQUENCE,
    BECOMES_APPROVED,
    BECOMES_DECLINED,
    BECOMES_EXPIRED,
    BECOMES_ACCEPTED,
    BECOMES_SHORT,
    BECOMES_DEFAULTED,
    REFUND_INSTEAD,
    BECOMES_CLOSED,
) = range(9)
NOBODY, BUYER, OF_SELLER, OF_INSPECTOR = range(4)  # whose turn
TOO_LARGE, DEFECTIVE, DAMAGED = 3, 6, 9  # reasons of returns: change of mind, seller's fault, carrier's fault
FINAL_SALE, PERIOD_ENDED = 101, 102  # reasons to decline
REASONS = [
    (number, category, handle.encode().ljust(32, b"\0"))
    for number, category, handle in (
        (TOO_LARGE, 1, "size_too_large"),
        (DEFECTIVE, 2, "defective"),
        (DAMAGED, 3, "arrived_damaged"),
        (FINAL_SALE, 4, "final_sale"),
        (PERIOD_ENDED, 4, "return_period_ended"),
        (201, 5, "did_not_occur"),
    )
]
DAY = 86_400
# window, answer, send, transit, inspect, pay, confirm, grace, supply, reopen, recovery, withdrawal, uninformed
PERIODS = tuple(days * DAY for days in (30, 3, 14, 21, 7, 14, 10, 2, 5, 6, 4, 14, 365))
WINDOW_S, ANSWER_S, SEND_S, TRANSIT_S, INSPECT_S, PAY_S, CONFIRM_S, GRACE_S, SUPPLY_S, REOPEN_S, RECOVERY_S = PERIODS[
    :11
]
WITHDRAWAL_S, UNINFORMED_S = PERIODS[11:]
ALL_RESOLUTIONS = 0b11110
FEES = (1_000, 0, 0, 250, 0, 0, False)
TERMS = (*PERIODS, ALL_RESOLUTIONS, 0, b"EUR", FEES)
TERM_NAMES = (
    "window_s answer_s send_s transit_s inspect_s pay_s confirm_s grace_s supply_s reopen_s recovery_s withdrawal_s"
    " uninformed_s resolutions choices currency fees"
).split()
LATE_SILENCE_APPROVES, LOSS_IS_BUYERS = 1, 2  # choices
DISPUTE_NAMES = "dispute_s respond_s inquiry_s evidence_s rule_s appeal_s costMinor buyerByDefault arbitrator".split()
COST_MINOR = 400
DISPUTE_PERIODS = tuple(days * DAY for days in (5, 3, 4, 6, 7, 2))
DISPUTE_S, RESPOND_S, INQUIRY_S, EVIDENCE_S, RULE_S, APPEAL_S = DISPUTE_PERIODS
DISPUTES = (*DISPUTE_PERIODS, COST_MINOR, True, "0x" + "00" * 20)
METHODS = [(b"DE", 3), (b"PL", 5)]
LINES = [(3, 3_000, 0, 690, 30, False), (2, 1_100, 100, 230, 0, False)]  # quantity, net, discount, tax, duty, final
DELIVERY_MINOR = 490
PAID_MINOR = 3_720 + 1_230 + DELIVERY_MINOR
GAS = 16_000_000
WORD = 32

# Which struct each function signs, and whether several sign it.
COUNCIL_ACTS = {
    "admitParticipant": "AdmitParticipant",
    "setRoles": "SetRoles",
    "setSuspension": "SetSuspension",
    "addKey": "AddKey",
    "endKey": "EndKey",
    "listContract": "ListContract",
    "defineReasons": "DefineReasons",
}
SIGNED_BY_SEVERAL = {*COUNCIL_ACTS, "listToken", "handOver", "givePanelRuling", "proposeBuyerKeyByCouncil"}
ACTIONS = {
    **{name: ("ParticipantRegistry", struct) for name, struct in COUNCIL_ACTS.items()},
    "publishPolicy": ("PolicyBook", "PublishPolicy"),
    "recordCheckpoint": ("ParcelLedger", "RecordCheckpoint"),
    "correctCheckpoint": ("ParcelLedger", "CorrectCheckpoint"),
    "handOver": ("ParcelLedger", "HandOver"),
    "listToken": ("RefundEscrow", "ListToken"),
    "withdrawRefund": ("RefundEscrow", "WithdrawRefund"),
    "reclaimDeposit": ("RefundEscrow", "ReclaimDeposit"),
    **{
        name: ("ReturnLedger", name[0].upper() + name[1:])
        for name in (
            "claim stateDelivery proposeBuyerKey vetoBuyerKey takeBuyerKey openReturn askBuyer supplyAnswer"
            " approveReturn declineReturn cancelReturn reopenReturn addParcel receiveGoods inspectGoods releaseRefund"
            " confirmOutcome proveOutcome closeReturn nameInspector sendMessage"
        ).split()
    },
    "proposeBuyerKeyByCouncil": ("ReturnLedger", "ProposeBuyerKey"),
    **{
        name: ("DisputeDesk", name[0].upper() + name[1:])
        for name in (
            "openDispute answerDispute makeOffer acceptOffer submitEvidence escalateDispute withdrawDispute"
            " recuseArbitrator giveRuling appealRuling givePanelRuling"
        ).split()
    },
}


class Any:
    """Equals everything: an argument that a test does not fix."""

    def __eq__(self, other):
        return True


ANY = Any()


@dataclass(frozen=True)
class Call:
    """One call of a contract, as contract name and calldata."""

    contract: str
    data: bytes


@dataclass(frozen=True)
class Log:
    """One event: `topics` after the first, `values` of the rest by name."""

    name: str
    topics: list
    data: bytes
    values: dict


@dataclass(frozen=True)
class Sale:
    """A receipt with the keys that go with it."""

    receipt: tuple
    id: bytes
    signed: tuple  # receipt, signer, signature
    claim_key: object
    buyer: object

    def return_id(self, number: int = 1) -> bytes:
        return keccak(self.id + number.to_bytes(WORD, "big"))


def abi_type(parameter: dict) -> str:
    kind = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(abi_type, parameter['components']))}){kind[5:]}"


def signature_of(item: dict) -> str:
    return f"{item['name']}({','.join(map(abi_type, item['inputs']))})"


def ascii32(text: str) -> bytes:
    return text.encode().ljust(WORD, b"\0")


def terms(**changes) -> tuple:
    """The terms of these tests, some of them changed."""
    return tuple({**dict(zip(TERM_NAMES, TERMS, strict=True)), **changes}.values())


def disputes(**changes) -> tuple:
    """The same for how disputes go on."""
    return tuple({**dict(zip(DISPUTE_NAMES, DISPUTES, strict=True)), **changes}.values())


class World:
    """The contracts, a council of three (two must sign) and twelve participants with keys of both kinds."""

    def __init__(self, web3, sender: str, contracts: dict, council: list):
        self.web3, self.sender, self.contracts, self.council = web3, sender, contracts, council
        self.others = {}  # contracts of tests, by name
        self.chain_id = web3.eth.chain_id
        self._ours = {contract.address for contract in contracts.values()}
        self._nonces = itertools.count(1_000)
        self._labels = itertools.count()
        items = [item for contract in contracts.values() for item in contract.abi if "name" in item]
        self._errors = {keccak(text=signature_of(i))[:4]: i for i in items if i["type"] == "error"}
        self._events = {keccak(text=signature_of(i)): i for i in items if i["type"] == "event"}
        self._functions = {
            (name, item["name"]): item
            for name, contract in contracts.items()
            for item in contract.abi
            if item["type"] == "function"
        }
        self.keys = {
            (participant, kind): make(f"participant {participant}")
            for participant in (SELLER, CARRIER, OTHER_SELLER, INSPECTOR, OTHER_CARRIER, *ARBITRATORS)
            for kind, make in KINDS.items()
        }

    # --- Encoding and signing -------------------------------------------------------------------------------------

    def fresh(self) -> bytes:
        """A word that no other has."""
        return keccak(text=f"word {next(self._labels)}")

    def fresh_key(self, kind: str = "secp256k1"):
        return KINDS[kind](f"key {next(self._labels)}")

    def fresh_nonce(self) -> int:
        return next(self._nonces)

    def address(self, contract: str) -> str:
        return (self.contracts.get(contract) or self.others[contract]).address

    def encode(self, contract: str, function: str, *arguments) -> Call:
        item = self._functions[contract, function]
        selector = keccak(text=signature_of(item))[:4]
        return Call(contract, selector + encode(list(map(abi_type, item["inputs"])), arguments))

    def separator(self, contract: str, chain_id: int = None, address: str = None) -> bytes:
        return separator_of(contract, chain_id or self.chain_id, address or self.address(contract))

    def digest(self, contract: str, struct: str, values: tuple, nonce: int, deadline: int = FAR) -> bytes:
        return digest_of(self.separator(contract), struct, (*values, nonce, deadline))

    def authorise(self, contract, struct, values, key, nonce=None, deadline=FAR, separator=None, sign=None) -> tuple:
        """An authorisation; `sign(digest)` replaces the key's own signature."""
        nonce = self.fresh_nonce() if nonce is None else nonce
        digest = digest_of(separator or self.separator(contract), struct, (*values, nonce, deadline))
        return (key.address, nonce, deadline, (sign or key.sign)(digest))

    def act(self, action: str, values: tuple, key, *more, nonce=None, **options) -> Call:
        """A signed action. `key` is a list for acts of the council; `options` spoil the first key's signature."""
        contract, struct = ACTIONS[action]
        nonce = self.fresh_nonce() if nonce is None else nonce
        first, *others = key if action in SIGNED_BY_SEVERAL else [key]
        deadline = options.get("deadline", FAR)
        given = [self.authorise(contract, struct, values, first, nonce=nonce, **options)]
        given += [self.authorise(contract, struct, values, k, nonce=nonce, deadline=deadline) for k in others]
        return self.encode(contract, action, values, given if action in SIGNED_BY_SEVERAL else given[0], *more)

    def council_act(self, action: str, *values) -> Call:
        return self.act(action, values, self.council[:2])

    # --- Sending and reading --------------------------------------------------------------------------------------

    def try_call(self, call: Call, gas: int = GAS) -> tuple[bool, bytes]:
        """Whether the call passes, and the data that it returns or reverts with; changes nothing."""
        asked = {
            "from": self.sender,
            "to": self.address(call.contract),
            "data": "0x" + call.data.hex(),
            "gas": hex(gas),
        }
        answer = self.web3.provider.make_request("eth_call", [asked, "latest"])
        if "error" not in answer:
            return True, bytes.fromhex(answer["result"][2:])
        data = answer["error"].get("data") or "0x"
        return False, bytes.fromhex(data[2:])

    def read(self, contract: str, function: str, *arguments):
        """The values of a view; one value is not wrapped."""
        passed, data = self.try_call(self.encode(contract, function, *arguments))
        assert passed, self.error_in(data)
        values = decode(list(map(abi_type, self._functions[contract, function]["outputs"])), data)
        return values[0] if len(values) == 1 else values

    def head(self, contract: str, subject: bytes) -> bytes:
        return self.read(contract, "head", subject)

    def status(self, return_id: bytes) -> int:
        return self.read("ReturnLedger", "statusOf", return_id)

    def now(self) -> int:
        """Unix seconds of the newest block."""
        return self.web3.eth.get_block("latest")["timestamp"]

    def do(self, call: Call, gas: int = GAS) -> list[Log]:
        """Sends a call that must pass; its events."""
        sent = self.web3.eth.send_transaction(
            {"from": self.sender, "to": self.address(call.contract), "data": call.data, "gas": gas}
        )
        receipt = self._mined(sent)
        if receipt["status"] != 1:
            raise AssertionError(f"refused with {self.error_in(self.try_call(call)[1])}")
        self.gas_used = receipt["gasUsed"]
        return [self.read_log(log) for log in receipt["logs"] if log["address"] in self._ours]  # no token's events

    def _mined(self, sent: bytes):
        """The receipt. On a crowded machine anvil once left a transaction unmined: then it is told to mine."""
        wait = self.web3.eth.wait_for_transaction_receipt
        try:
            return wait(sent, timeout=MINED_S, poll_latency=0.005)
        except TimeExhausted:
            self.ask("evm_mine")
        try:
            return wait(sent, timeout=MINED_S, poll_latency=0.05)
        except TimeExhausted:
            raise AssertionError(f"not mined when told to; waiting: {self.ask('txpool_content')}") from None

    def settle_pool(self) -> None:
        """Waits until anvil's pool is empty: it counts a sender's next nonce from there, also after a revert."""
        give_up = time.monotonic() + MINED_S
        while any(int(count, 16) for count in self.ask("txpool_status").values()):
            assert time.monotonic() < give_up, f"left unmined: {self.ask('txpool_content')}"

    def ask(self, method: str, *arguments):
        """What the node answers."""
        answer = self.web3.provider.make_request(method, list(arguments))
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def read_log(self, log) -> Log:
        item = self._events[bytes(log["topics"][0])]
        plain = [parameter for parameter in item["inputs"] if not parameter["indexed"]]
        values = decode(list(map(abi_type, plain)), bytes(log["data"]))
        topics = [bytes(topic) for topic in log["topics"]]
        return Log(item["name"], topics, bytes(log["data"]), {p["name"]: v for p, v in zip(plain, values, strict=True)})

    # --- Refusals -------------------------------------------------------------------------------------------------

    def selector(self, error: str) -> bytes:
        return next(selector for selector, item in self._errors.items() if item["name"] == error)

    def error_in(self, data: bytes) -> tuple:
        """Name and arguments of a custom error."""
        item = self._errors.get(data[:4])
        if item is None:
            return ("no custom error", data.hex())
        return (item["name"], *decode(list(map(abi_type, item["inputs"])), data[4:]))

    def refused(self, call: Call, error: str, *arguments) -> None:
        """Asserts that the call reverts with just this error; addresses compare without regard to case."""
        passed, data = self.try_call(call)
        assert not passed, f"passed, but should have been refused with {error}"
        found = self.error_in(data)
        wanted = [a.lower() if isinstance(a, str) else a for a in arguments]
        assert found[0] == error, f"{found} instead of {error}"
        assert list(found[1:]) == wanted, f"{found} instead of {wanted}"

    # --- Stages of a return ---------------------------------------------------------------------------------------

    def key(self, participant: int, kind: str = "secp256k1"):
        return self.keys[participant, kind]

    def settle(self) -> None:
        """Admits the participants with their keys and publishes the seller's policy."""
        roles = {SELLER: 1, CARRIER: 2, OTHER_SELLER: 1, INSPECTOR: 4, OTHER_CARRIER: 2}
        roles |= dict.fromkeys(ARBITRATORS, ROLE_ARBITRATOR)
        for participant, bits in roles.items():
            self.do(self.council_act("admitParticipant", participant, bits, bytes(WORD)))
        for (participant, _), key in self.keys.items():
            self.do(self.council_act("addKey", participant, key.address, False))
        self.do(self.act("publishPolicy", (SELLER, 1, 1, TERMS, DISPUTES, METHODS, self.fresh()), self.key(SELLER)))

    def sale(self, kind: str = "secp256k1", signer=None, **changes) -> Sale:
        """A signed receipt that nobody has claimed."""
        claim_key, buyer, signer = self.fresh_key(kind), self.fresh_key(kind), signer or self.key(SELLER, kind)
        fields = {
            "seller": SELLER,
            "series": 1,
            "version": 1,
            "currency": b"EUR",
            "sold_at": self.now(),
            "delivery": DELIVERY_MINOR,
            "consumer": True,
            "informed": True,
            "claim_key": claim_key.address,
            "order": self.fresh(),
            "lines": LINES,
        }
        receipt = tuple({**fields, **changes}.values())
        id = digest_of(self.separator("ReturnLedger"), "Receipt", receipt)
        return Sale(receipt, id, (receipt, signer.address, signer.sign(id)), claim_key, buyer)

    def claim(self, sale: Sale, **options) -> Call:
        return self.act("claim", (sale.id, sale.buyer.address), sale.claim_key, sale.signed, **options)

    def open(
        self, sale: Sale, lines=((0, 2, 3), (1, 1, 3)), number=1, delivered_at=0, kind=GOODWILL, resolution=REFUND
    ) -> Call:
        return self.act("openReturn", (sale.id, number, kind, resolution, delivered_at, list(lines)), sale.buyer)

    def seller_does(self, action: str, sale: Sale, *values, kind="secp256k1", number=1) -> Call:
        """An act of the seller on a return."""
        return self.act(action, (sale.return_id(number), *values), self.key(SELLER, kind))

    def buyer_does(self, action: str, sale: Sale, *values, number=1) -> Call:
        """An act of the buyer on a return."""
        return self.act(action, (sale.return_id(number), *values), sale.buyer)

    def approve(self, sale: Sale, inspector=INSPECTOR, returnless=False, exceptions=(), **options) -> Call:
        return self.seller_does("approveReturn", sale, inspector, returnless, list(exceptions), **options)

    def send(self, sale: Sale, carrier=CARRIER, tracking=None, sent_at=0, document=bytes(WORD), number=1) -> Call:
        """The buyer names a parcel with the goods."""
        values = (0, GOODS_RETURNED, carrier, tracking or self.fresh(), sent_at, document)
        return self.buyer_does("addParcel", sale, *values, number=number)

    def receive(self, sale: Sale, lines=((0, 2), (1, 1)), complete=False, received_at=0, number=1) -> Call:
        values = (sale.return_id(number), INSPECTOR, received_at, complete, 0, 0, bytes(WORD), list(lines))
        return self.act("receiveGoods", values, self.key(INSPECTOR))

    def inspect(self, sale: Sale, lines=((0, 2, 0, 0, 1, 1), (1, 1, 0, 0, 1, 1)), number=1) -> Call:
        """Lines: number, accepted, rejected, diminished value in basis points, grade, disposition."""
        values = (sale.return_id(number), INSPECTOR, self.fresh(), list(lines))
        return self.act("inspectGoods", values, self.key(INSPECTOR))

    def pay(self, sale: Sale, amount: int, goodwill: int = 0, paid_at: int = 0, number: int = 1) -> Call:
        return self.seller_does("releaseRefund", sale, amount, goodwill, self.fresh(), paid_at, number=number)

    def turn(self, sale: Sale, number: int = 1) -> tuple:
        """who, act, until, enforceable at, consequence, needs."""
        return self.read("ReturnLedger", "turnOf", sale.return_id(number))

    def due(self, sale: Sale, number: int = 1) -> int:
        return self.read("ReturnLedger", "refundOf", sale.return_id(number))[-1]

    def enforce(self, sale: Sale, number: int = 1) -> Call:
        return self.encode("ReturnLedger", "enforce", sale.return_id(number))

    def enforced(self, sale: Sale, number: int = 1) -> Log:
        """What silence has done, in its first second."""
        self.next_at(self.turn(sale, number)[3])
        (log,) = self.do(self.enforce(sale, number))
        return log

    def policy(self, **changes) -> int:
        """The next version of the seller's policy, with changed terms, of disputes too; its number."""
        of_disputes = {name: changes.pop(name) for name in DISPUTE_NAMES if name in changes}
        changed = terms(**changes)
        # Nobody can dispute longer than it takes a return to close.
        shortest = min(DISPUTE_S, *(changed[TERM_NAMES.index(name)] for name in ("confirm_s", "reopen_s")))
        how = disputes(**{"dispute_s": shortest, **of_disputes})
        version = self.read("PolicyBook", "latestVersion", self.read("PolicyBook", "policyId", SELLER, 1)) + 1
        request = (SELLER, 1, version, changed, how, METHODS, self.fresh())
        self.do(self.act("publishPolicy", request, self.key(SELLER)))
        return version

    def pass_time(self, seconds: int) -> None:
        """The next block is that much later."""
        self.ask("evm_increaseTime", seconds)
        self.ask("evm_mine")

    def pass_to(self, moment: int) -> None:
        """The newest block is at that Unix second."""
        self.next_at(moment)
        self.ask("evm_mine")

    def next_at(self, moment: int) -> None:
        """The next block will be at that Unix second."""
        self.ask("evm_setNextBlockTimestamp", moment)

    def claimed(self, kind: str = "secp256k1", **changes) -> Sale:
        sale = self.sale(kind, **changes)
        self.do(self.claim(sale))
        return sale

    def opened(self, kind: str = "secp256k1") -> Sale:
        sale = self.claimed(kind)
        self.do(self.open(sale))
        return sale

    def approved(self, kind: str = "secp256k1") -> Sale:
        sale = self.opened(kind)
        self.do(self.approve(sale, kind=kind))
        return sale

    def withdrawn(self, kind: str = "secp256k1", lines=((0, 2, 3), (1, 1, 3)), **changes) -> Sale:
        """A statutory withdrawal in time."""
        sale = self.claimed(kind, **changes)
        self.do(self.open(sale, lines, kind=WITHDRAWAL))
        return sale

    def declined(self) -> Sale:
        sale = self.opened()
        self.do(self.seller_does("declineReturn", sale, FINAL_SALE))
        return sale

    def sent(self, kind: str = "secp256k1") -> Sale:
        sale = self.approved(kind)
        self.do(self.send(sale))
        return sale

    def received(self, kind: str = "secp256k1") -> Sale:
        sale = self.approved(kind)
        self.do(self.receive(sale))
        return sale

    def inspected(self, kind: str = "secp256k1") -> Sale:
        sale = self.received(kind)
        self.do(self.inspect(sale))
        return sale

    def paid(self, kind: str = "secp256k1") -> Sale:
        """All that is due, at once."""
        sale = self.inspected(kind)
        self.do(self.pay(sale, self.due(sale)))
        return sale

    def checkpoint(self, occurred_at: int = None, reserved: bytes = bytes(13)) -> tuple:
        """tracking, facts, code, document."""
        time = (self.now() if occurred_at is None else occurred_at).to_bytes(8, "big")
        facts = time + bytes([2, 0]) + b"PL" + bytes([1]) + (60).to_bytes(2, "big") + bytes(4) + reserved
        return (self.fresh(), facts, ascii32("PU"), self.fresh())

    def parcel_id(self, checkpoint: tuple, participant: int = CARRIER) -> bytes:
        return keccak(participant.to_bytes(WORD, "big") + checkpoint[0])
