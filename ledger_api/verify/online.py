"""Verifies a return that a server shows, over HTTP, without believing the server about facts."""

from dataclasses import dataclass

from ledger_api.errors import LedgerError
from ledger_api.rules import heads
from ledger_api.rules.dispute_case import dispute_case_of, resolution_doubts
from ledger_api.rules.entries import Entry, contract_of, is_entry
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.registry_state import Registry, registry_of
from ledger_api.rules.requests import domain_separator, to_json
from ledger_api.rules.return_case import case_of
from ledger_api.rules.return_state import CONTRACT_OF_GROUP, related_subjects, return_state
from ledger_api.rules.sale import EntriesOf, of_ledger
from ledger_api.verify import authority, code, fetch, proofs
from ledger_api.verify.report import Report

# In this order later checks can rest on earlier ones.
GROUPS = ("registry", "policy", "receipt", "return", "siblings", "escrow", "parcels", "disputes")


@dataclass(frozen=True)
class Verified:
    """The entries of a return, as they were checked; the report says whether they hold."""

    entries_of: EntriesOf
    registry: Registry
    disputes: list[bytes]


def verify(server: str, return_id: str) -> Report:
    """The report on one return. Raises CannotTry if there is nothing to check."""
    return verify_entries(server, return_id)[0]


def verify_entries(server: str, return_id: str) -> tuple[Report, Verified | None]:
    """The same with the entries; None where the check could not come to its end."""
    report = Report(return_id, server)
    try:
        check = _Check(server, return_id, report)
        check.run()
        registry = registry_of(check.entries_of(heads.REGISTRY_SUBJECT))
        return report, Verified(check.entries_of, registry, check.subjects["disputes"])
    except fetch.ServerFailed as error:
        report.fault("server", str(error))
    except proofs.ProofFailed as error:
        report.fault("at", str(error))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        report.fault("server", f"an answer has not the form that it should have ({type(error).__name__}: {error})")
    return report, None


class _Check:
    def __init__(self, server: str, return_id: str, report: Report):
        self.server = server
        self.return_id = return_id
        self.report = report
        self.subject = bytes_of(return_id)
        self.entries: dict[bytes, list[Entry]] = {}
        self.requests: dict[int, dict | None] = {}  # id() of an entry → the signed request shown for it

    def run(self) -> None:
        path = f"/api/v1/returns/{self.return_id}"
        chain = fetch.get(self.server, "/api/v1/chain")
        shown = self._state(path)
        at = shown.pop("at") if shown else chain["at"]
        answer = fetch.get(self.server, f"{path}/entries", at=at["number"])
        proof = fetch.get(self.server, f"{path}/proof", at=at["number"])
        self.chain_id = chain["chain_id"]
        self.addresses = {name: bytes_of(at) for name, at in chain["contracts"].items()}
        self._read(answer["entries"])
        state_root = self._check_block(proof["block"], at)
        # Heads first, as nothing is read from an entry for them: what was changed is named even if it makes no sense.
        self._check_heads(proof["proofs"], answer["subjects"], state_root)
        self._check_subjects(answer["subjects"])
        self._check_authority()
        self._check_consequences()
        self._compare(shown)

    def _state(self, path: str) -> dict | None:
        """The state that the server shows; None, and a fault, if it cannot."""
        try:
            return fetch.get(self.server, path)
        except fetch.ServerFailed as error:
            self.report.fault("state", str(error))
            return None

    # --- entries

    def _read(self, items: list[dict]) -> None:
        for position, item in enumerate(items):
            topic, subject = bytes_of(item["topic"]), bytes_of(item["subject"])
            request, data = bytes_of(item["request_digest"]), bytes_of(item["data"])
            if not is_entry((topic, subject, request)):
                self.report.fault(f"entry {position}", "is of no known kind")
                continue
            entry = Entry(item["contract"], subject, request, topic, data, 0, position)
            if entry.contract != contract_of(topic):
                self.report.fault(self._label(entry), f"is said to be of {entry.contract}, is of {contract_of(topic)}")
            if item.get("name") != entry.name:
                self.report.fault(f"entry {position}", "has another name than its kind")
            self.entries.setdefault(subject, []).append(entry)
            self.requests[position] = item.get("signed_request")

    def entries_of(self, subject: bytes) -> list[Entry]:
        return self.entries.get(subject, [])

    def _check_subjects(self, shown: dict) -> None:
        """What the state rests on follows from the entries, not from the server's list."""
        mine = of_ledger(self.entries_of(self.subject))
        if not mine or mine[0].name != "ReturnOpened":
            raise fetch.ServerFailed("the server shows no entry that opens the return")
        related = related_subjects(mine, self.entries_of)
        self.subjects = {"return": [self.subject], **related, "registry": [heads.REGISTRY_SUBJECT]}
        for group, subjects in self.subjects.items():
            if [hex_of(subject) for subject in subjects] != shown.get(group):
                self.report.fault(f"subjects.{group}", "the server lists other subjects than the entries name")

    # --- heads against the chain

    def _check_block(self, block: dict, at: dict) -> bytes:
        if not block.get("header"):
            raise fetch.ServerFailed("the server's node gives headers in a form that this check cannot read")
        block_hash, state_root, number, timestamp = proofs.read_header(bytes_of(block["header"]))
        shown = (at["hash"], at["number"], at["timestamp"])
        if shown != (hex_of(block_hash), number, timestamp):
            self.report.fault("at", "the block that the answer names is not the block whose header proves the state")
        self.report.checked.append(f"block {number} {hex_of(block_hash)} has the state root {hex_of(state_root)}")
        self.report.trusted.append(
            f"this server alone, {self.server}: that block {number} is the chain's, and where the contracts are"
        )
        return state_root

    def _check_heads(self, shown: list[dict], subjects: dict, state_root: bytes) -> None:
        by_contract = {item["contract"]: item for item in shown}
        threshold = self._threshold()
        proven = {}
        for name, address in self.addresses.items():
            try:
                self._check_contract(name, address, by_contract[name], state_root, threshold, proven)
            except (proofs.ProofFailed, KeyError) as error:
                self.report.fault(name, f"not proven: {error}")
        for group in GROUPS:
            for subject in map(bytes_of, subjects[group]):
                self._check_head(group, subject, proven.get((CONTRACT_OF_GROUP[group], subject)))

    def _threshold(self) -> int:
        """The council's, as the registry's first entry says; 0 if it cannot be read, which its head then shows."""
        try:
            return registry_of(self.entries_of(heads.REGISTRY_SUBJECT)[:1]).threshold
        except (ValueError, AttributeError):
            return 0

    def _check_contract(self, name, address, shown, state_root, threshold, proven) -> None:
        storage_root, code_hash = proofs.account(state_root, address, shown["account_proof"])
        runtime = bytes_of(shown["code"])
        words = code.known_words(name, self.chain_id, self.addresses, threshold)
        if proofs.keccak(runtime) != code_hash or not code.is_shipped(name, runtime, words):
            self.report.fault(name, "the code at its address is not the contract that this package ships")
        for item in shown["heads"]:
            subject = bytes_of(item["subject"])
            proven[name, subject] = proofs.storage_word(storage_root, heads.storage_key(subject), item["proof"])

    def _check_head(self, group: str, subject: bytes, stored: bytes | None) -> None:
        contract = CONTRACT_OF_GROUP[group]
        entries = self._history(group, subject)
        head = heads.origin(self.chain_id, self.addresses[contract], subject)
        for entry in entries:
            head = heads.extend(head, entry.topic, entry.request, entry.data)
        expected = head if entries else bytes(32)
        if stored is None or stored != expected:
            names = ", ".join(self._label(entry) for entry in entries) or "none shown"
            self.report.fault(
                f"{group} {hex_of(subject)}",
                f"its entries do not give the head on the chain: something was added, changed or left out "
                f"(entries: {names})",
            )
        else:
            self.report.checked.append(
                f"{group} {hex_of(subject)[:18]}…: {len(entries)} entries give the head in the state"
            )

    def _history(self, group: str, subject: bytes) -> list[Entry]:
        """Entries of a subject in its own contract: a member can give a parcel the id of one of its policies."""
        return [entry for entry in self.entries_of(subject) if contract_of(entry.topic) == CONTRACT_OF_GROUP[group]]

    @staticmethod
    def _label(entry: Entry) -> str:
        return f"entry {entry.log_index} {entry.name}"

    # --- who said it

    def _check_authority(self) -> None:
        timeline = self._registry_timeline()
        parties, count = authority.Parties(), 0
        for group in GROUPS:
            for subject in self.subjects[group]:
                for position, entry in enumerate(self._history(group, subject)):
                    registries = (
                        [timeline[position - 1]] if group == "registry" and position else self._then(timeline, entry)
                    )
                    count += self._check_entry(entry, registries, parties)
        self.report.checked.append(
            f"{count} entries: each signed by a key that belonged to its participant, in its role, at the time"
        )

    def _registry_timeline(self) -> list[Registry]:
        """The registry after each of its entries."""
        entries = self.entries_of(heads.REGISTRY_SUBJECT)
        return [registry_of(entries[: i + 1]) for i in range(len(entries))]

    def _then(self, timeline: list[Registry], entry: Entry) -> list[Registry]:
        """The registry as it stood when the entry was recorded; several if it changed within that second."""
        times = [item.recorded_at for item in self.entries_of(heads.REGISTRY_SUBJECT)]
        before = [i for i, at in enumerate(times) if at < entry.recorded_at]
        during = [i for i, at in enumerate(times) if at == entry.recorded_at]
        return [timeline[i] for i in before[-1:] + during] or [Registry()]

    def _check_entry(self, entry: Entry, registries: list[Registry], parties) -> int:
        try:
            authority.check(entry, self.requests[entry.log_index], self._separator, registries, parties)
            parties.learn(entry)
            return 1
        except authority.NotProven as error:
            self.report.fault(self._label(entry), str(error))
        except (LedgerError, ValueError, KeyError, TypeError, IndexError) as error:
            self.report.fault(self._label(entry), f"its request cannot be read ({error})")
        parties.learn(entry)
        return 0

    def _separator(self, contract: str) -> bytes:
        return domain_separator(contract, self.chain_id, self.addresses[contract])

    def _check_consequences(self) -> None:
        """What the contract adds of its own to an entry follows from the other entries."""
        for subject in [self.subject, *self.subjects["siblings"]]:
            case = case_of(subject, self.entries_of)
            for entry, words in case.doubts if case else ():
                self.report.fault(self._label(entry), words)
        self._check_disputes()
        for entry, parcels in case_of(self.subject, self.entries_of).receptions:
            self._check_parcel_heads(entry, [parcel.values["parcel"] for parcel in parcels])

    def _check_disputes(self) -> None:
        """Each dispute follows from its own entries, and the return's word about its end from the dispute."""
        cases = {subject: dispute_case_of(subject, self.entries_of) for subject in self.subjects["disputes"]}
        for subject, case in cases.items():
            if case is None:
                self.report.fault(f"disputes {hex_of(subject)}", "the server shows no entry that opens it")
            for entry, words in case.doubts if case else ():
                self.report.fault(self._label(entry), words)
        for entry in of_ledger(self.entries_of(self.subject)):
            if entry.name == "DisputeResolved":
                for words in resolution_doubts(entry, cases.get(entry.values["dispute"])):
                    self.report.fault(self._label(entry), words)

    def _check_parcel_heads(self, entry: Entry, parcels: list[bytes]) -> None:
        """Each parcel's head at reception is one that its history passed through."""
        heads_shown = entry.values["parcelHeads"]
        if len(heads_shown) != len(parcels):
            self.report.fault(self._label(entry), "it holds not one head for each parcel that was named")
        for parcel, shown in zip(parcels, heads_shown, strict=False):
            if shown not in self._heads_of_parcel(parcel):
                self.report.fault(self._label(entry), f"the head of parcel {hex_of(parcel)} never was that")

    def _heads_of_parcel(self, parcel: bytes) -> set[bytes]:
        head = heads.origin(self.chain_id, self.addresses["ParcelLedger"], parcel)
        passed = {head}
        for entry in self.entries_of(parcel):
            head = heads.extend(head, entry.topic, entry.request, entry.data)
            passed.add(head)
        return passed

    # --- the state

    def _compare(self, shown: dict | None) -> None:
        """The state that the entries give, field by field with the one that the server shows."""
        if shown is None:
            return
        computed = to_json(return_state(self.subject, self.entries_of))
        differences = list(_differences(computed, shown, ""))
        for field in differences:
            self.report.fault(field, "the server shows another value than the entries give")
        if not differences:
            count = sum(1 for _ in _leaves(computed))
            self.report.checked.append(f"the state that the server shows: {count} values, each as the entries give it")


def _differences(mine, shown, field: str):
    if isinstance(mine, dict) and isinstance(shown, dict):
        for name in sorted(mine.keys() | shown.keys()):
            yield from _differences(mine.get(name), shown.get(name), f"{field}.{name}" if field else name)
    elif isinstance(mine, list) and isinstance(shown, list) and len(mine) == len(shown):
        for i, (one, other) in enumerate(zip(mine, shown, strict=True)):
            yield from _differences(one, other, f"{field}[{i}]")
    elif mine != shown:
        yield field


def _leaves(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
