"""Participants, roles and keys from the registry's entries, at any moment of its history."""

from dataclasses import dataclass, field

from ledger_api.rules.entries import Entry

SELLER, CARRIER, INSPECTOR, BROKER, ARBITRATOR, WITNESS = 1, 2, 4, 8, 16, 32  # bits of roles
ROLES = {
    SELLER: "seller",
    CARRIER: "carrier",
    INSPECTOR: "inspector",
    BROKER: "customs_broker",
    ARBITRATOR: "arbitrator",
    WITNESS: "witness",
}


@dataclass
class Member:
    """One participant."""

    number: int
    roles: int
    directory: bytes
    suspended: bool = False
    admitted_at: int = 0  # Unix seconds UTC
    keys: list = field(default_factory=list)  # addresses, in order of addition

    @property
    def role_names(self) -> list[str]:
        return [name for bit, name in ROLES.items() if self.roles & bit]


@dataclass
class Key:
    """One key of a participant."""

    participant: int
    in_custody: bool
    added_at: int  # Unix seconds UTC
    ended_at: int | None = None


@dataclass
class Registry:
    """What the registry says after some of its entries."""

    council: list = field(default_factory=list)
    threshold: int = 0
    members: dict = field(default_factory=dict)  # number → Member
    keys: dict = field(default_factory=dict)  # address → Key
    contracts: dict = field(default_factory=dict)  # name → address
    reasons: dict = field(default_factory=dict)  # number → (category, handle)
    roster: list = field(default_factory=list)  # arbitrators, in the order in which they first got that role

    def apply(self, entry: Entry) -> None:
        """Takes one more entry."""
        values = entry.values
        getattr(self, f"_{entry.name}")(values, entry.recorded_at)

    def arbitrators(self) -> list[int]:
        """Those of the roster who may rule now, in its order."""
        members = self.members
        return [n for n in self.roster if members[n].roles & ARBITRATOR and not members[n].suspended]

    def refusal(self, actor: bytes, participant: int, roles: int) -> str | None:
        """Why `actor` may not speak for `participant` in one of `roles` now; None if he may."""
        key = self.keys.get(actor)
        if key is None or key.participant != participant:
            return f"the key 0x{actor.hex()} does not belong to participant {participant}"
        if key.ended_at is not None:
            return f"the key 0x{actor.hex()} had ended"
        member = self.members[participant]
        if member.suspended:
            return f"participant {participant} was suspended"
        return None if member.roles & roles else f"participant {participant} did not have the role"

    def _CouncilSeated(self, values, at):
        self.council, self.threshold = values["members"], values["threshold"]

    def _ParticipantAdmitted(self, values, at):
        number = values["participant"]
        self.members[number] = Member(number, values["roles"], values["directory"], admitted_at=at)
        self._join_roster(number)

    def _RolesSet(self, values, at):
        self.members[values["participant"]].roles = values["roles"]
        self._join_roster(values["participant"])

    def _join_roster(self, number: int) -> None:
        if self.members[number].roles & ARBITRATOR and number not in self.roster:
            self.roster.append(number)

    def _SuspensionSet(self, values, at):
        self.members[values["participant"]].suspended = values["suspended"]

    def _KeyAdded(self, values, at):
        self.keys[values["key"]] = Key(values["participant"], values["inCustody"], at)
        self.members[values["participant"]].keys.append(values["key"])

    def _KeyEnded(self, values, at):
        self.keys[values["key"]].ended_at = at

    def _ReasonsDefined(self, values, at):
        for reason in values["reasons"]:
            handle = reason["handle"].rstrip(b"\0").decode("ascii", "replace")
            self.reasons[reason["reason"]] = (reason["category"], handle)

    def _ContractListed(self, values, at):
        self.contracts[values["kind"].rstrip(b"\0").decode("ascii", "replace")] = values["at"]


def registry_of(entries: list[Entry]) -> Registry:
    """The registry after all the given entries."""
    registry = Registry()
    for entry in entries:
        registry.apply(entry)
    return registry


def record_of(entries: list[Entry]) -> list[dict]:
    """Defaults in a participant's record, each with the time at which it was paid after all, None if it was not.

    A payment settles all that is due of its return, so every default that stood for that return.
    """
    found = []
    for entry in entries:
        values = entry.values
        if entry.name == "DefaultRecorded":
            found.append(
                {
                    "return_id": values["returnId"],
                    "currency": values["currency"].rstrip(b"\0").decode("ascii", "replace"),
                    "owed_minor": values["owedMinor"],
                    "recorded_at": entry.recorded_at,
                    "settled_at": None,
                }
            )
        elif entry.name == "DefaultSettled":
            for item in found:
                if item["return_id"] == values["returnId"] and item["settled_at"] is None:
                    item["settled_at"] = entry.recorded_at
    return found
