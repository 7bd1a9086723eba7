"""Who somebody is now: what the registry and the receipts say of the keys that he showed. Pure."""

from dataclasses import dataclass

from ledger_api.rules.access import Part, circle_of, parts_of
from ledger_api.rules.registry_state import ARBITRATOR, ROLES


@dataclass(frozen=True)
class Person:
    """Somebody with some keys, at one look at the index; a stranger has none."""

    actors: tuple[bytes, ...]  # addresses, in the order in which they were shown
    members: dict  # participant → (its roles as bits, the actor that speaks for it)
    council: tuple[bytes, ...]  # those of his keys that sit in the council

    @property
    def is_stranger(self) -> bool:
        return not self.actors

    @property
    def roles(self) -> int:
        """Bits of all roles of his participants."""
        found = 0
        for roles, _ in self.members.values():
            found |= roles
        return found

    @property
    def is_buyer(self) -> bool:
        """Whether one of his keys is no member's and no council's: then it is for what he bought."""
        staff = {actor for _, actor in self.members.values()} | set(self.council)
        return any(actor not in staff for actor in self.actors)

    def participant(self, role: int) -> int | None:
        """The participant with that role for which he speaks; the lowest number if several."""
        return min((number for number, (roles, _) in self.members.items() if roles & role), default=None)

    def actor_for(self, participant: int) -> bytes | None:
        """The key with which he speaks for a participant."""
        return self.members[participant][1] if participant in self.members else None

    @property
    def role_names(self) -> list[str]:
        return [name for bit, name in ROLES.items() if self.roles & bit]


NOBODY = Person((), {}, ())


def person_of(actors: tuple[bytes, ...], look) -> Person:
    """Who has these keys; ended keys and suspended participants count for nothing."""
    if not actors:
        return NOBODY
    registry, members = look.registry, {}
    for actor in actors:
        key = registry.keys.get(actor)
        if key is None or key.ended_at is not None or registry.members[key.participant].suspended:
            continue
        members.setdefault(key.participant, (registry.members[key.participant].roles, actor))
    return Person(actors, members, tuple(actor for actor in actors if actor in registry.council))


def parts_in(person: Person, return_id: bytes, look) -> dict[Part, tuple[int, bytes]]:
    """What a person is in a return that exists: part → (participant or 0, the actor that has it)."""
    circle, found = circle_of(return_id, look.entries_of), {}
    for actor in person.actors:
        for part, number in parts_of(actor, circle, look.registry).items():
            found.setdefault(part, (number, actor))
    return found


def judged_by(person: Person, dispute_id: bytes, look) -> tuple[int, bytes] | None:
    """The arbitrator that a person is in a dispute now: (participant, actor)."""
    for number, (roles, actor) in sorted(person.members.items()):
        if roles & ARBITRATOR and dispute_id in look.disputes_before(number):
            return number, actor
    return None
