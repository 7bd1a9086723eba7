"""The state of a return from its entries: pure, so that server and verifier compute the same from the same facts."""

from collections.abc import Callable

from ledger_api.rules.checkpoint_facts import unpack_facts
from ledger_api.rules.entries import CHECKPOINT, Entry
from ledger_api.rules.hashing import hex_of, keccak, word
from ledger_api.rules.requests import to_json
from ledger_api.vocabulary import CheckpointKind

EntriesOf = Callable[[bytes], list[Entry]]  # entries of a subject, oldest first


def policy_id(participant: int, series: int) -> bytes:
    """Id of a seller's policy."""
    return keccak(word(participant) + word(series))


def parcel_id(participant: int, tracking: bytes) -> bytes:
    """Id of a parcel: it says which participant may write it."""
    return keccak(word(participant) + tracking)


def return_id(receipt: bytes, number: int) -> bytes:
    """Id of the nth return of a receipt."""
    return keccak(receipt + word(number))


def related_subjects(entries: list[Entry], entries_of: EntriesOf) -> dict[str, list[bytes]]:
    """Subjects that the state of a return rests on, besides itself: receipt, policy, parcels."""
    opened = entries[0].values
    receipt = entries_of(opened["receipt"])[0].values["receipt"]
    parcels = [entry.values["parcel"] for entry in entries if entry.name == "ParcelAdded"]
    return {
        "receipt": [opened["receipt"]],
        "policy": [policy_id(receipt["seller"], receipt["series"])],
        "parcels": parcels,
    }


def return_state(subject: bytes, entries_of: EntriesOf) -> dict | None:
    """State of a return, None if there is no such return. Times are Unix seconds UTC, money minor units.

    Amounts may exceed what JSON numbers hold: `requests.to_json` makes decimal strings of those.
    """
    entries = entries_of(subject)
    if not entries or entries[0].name != "ReturnOpened":
        return None
    opened = entries[0]
    claimed = entries_of(opened.values["receipt"])[0]
    receipt = claimed.values["receipt"]
    state = {
        "return_id": hex_of(subject),
        "receipt": hex_of(opened.values["receipt"]),
        "number": opened.values["number"],
        "status": "requested",
        "seller": receipt["seller"],
        "buyer": hex_of(claimed.values["buyer"]),
        "inspector": 0,
        "currency": receipt["currency"].decode("ascii", "replace"),
        "sold_at": receipt["soldAt"],
        "delivered_at": opened.values["deliveredAt"] or None,
        "opened_at": opened.recorded_at,
        "decided_at": None,
        "decline_reason": None,
        "closed_at": None,
        "late": opened.values["late"],
        "policy": _policy(receipt, entries_of),
        "lines": _lines(receipt, opened.values["lines"]),
        "parcels": [],
        "receptions": [],
        "inspections": [],
        "refunds": [],
    }
    for entry in entries[1:]:
        _APPLY[entry.name](state, entry, entries_of)
    state["money"] = _money(receipt, state)
    state["turn"] = turn(state)
    return state


def _policy(receipt: dict, entries_of: EntriesOf) -> dict:
    policy = policy_id(receipt["seller"], receipt["series"])
    for entry in entries_of(policy):
        values = entry.values
        # A member that is carrier too can give a parcel the id of its policy.
        if entry.name == "PolicyPublished" and values["version"] == receipt["policyVersion"]:
            return {
                "policy_id": hex_of(policy),
                "version": values["version"],
                "terms": to_json(values["terms"]),
                "document": hex_of(values["document"]),
            }
    raise ValueError(f"the policy {hex_of(policy)} has no version {receipt['policyVersion']}")


def is_late(opened: Entry, entries_of: EntriesOf) -> bool:
    """Whether a return was asked for after the window; without a stated delivery the window has not begun."""
    values = opened.values
    if not values["deliveredAt"]:
        return False
    receipt = entries_of(values["receipt"])[0].values["receipt"]
    return opened.recorded_at > values["deliveredAt"] + _policy(receipt, entries_of)["terms"]["window_s"]


def _lines(receipt: dict, asked: list[dict]) -> list[dict]:
    lines = []
    for item in asked:
        sold = receipt["lines"][item["line"]]
        lines.append(
            {
                "line": item["line"],
                "sold": sold["quantity"],
                "unit_net_minor": sold["unitNetMinor"],
                "unit_tax_minor": sold["unitTaxMinor"],
                "unit_duty_minor": sold["unitDutyMinor"],
                "reason": item["reason"],
                "requested": item["quantity"],
                "received": 0,
                "accepted": 0,
                "rejected": 0,
                "grade": 0,
                "disposition": 0,
            }
        )
    return lines


def _line(state: dict, number: int) -> dict:
    return next(line for line in state["lines"] if line["line"] == number)


# --- One function per kind of entry -----------------------------------------------------------------------------------


def _approved(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    state.update(status="approved", decided_at=entry.recorded_at, inspector=entry.values["inspector"])


def _declined(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    state.update(status="declined", decided_at=entry.recorded_at, decline_reason=entry.values["reason"])


def _parcel_added(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    checkpoints = checkpoints_of(entries_of(values["parcel"]))
    happened = sorted(checkpoints, key=lambda item: item["occurred_at"])
    known = [item["kind"] for item in happened if item["kind"] != CheckpointKind.UNKNOWN.name.lower()]
    state["parcels"].append(
        {
            "parcel_id": hex_of(values["parcel"]),
            "carrier": values["carrier"],
            "tracking": hex_of(values["tracking"]),
            "added_by": values["participant"],
            "added_at": entry.recorded_at,
            # What was delivered stays delivered, whatever arrives late.
            "status": "delivered" if "delivered" in known else known[-1] if known else "unknown",
            "checkpoints": happened,
        }
    )


def checkpoints_of(entries: list[Entry]) -> list[dict]:
    """Checkpoints of a parcel; the same fact stands once, however often it was reported."""
    found: dict[tuple, dict] = {}
    for entry in entries:
        if entry.name != CHECKPOINT:
            continue
        values = entry.values
        facts = unpack_facts(values["facts"])
        key = (facts.occurred_at, facts.kind, facts.incident, facts.country, values["code"])
        if key in found:
            found[key]["reported"] += 1
            continue
        found[key] = {
            "occurred_at": facts.occurred_at,
            "recorded_at": entry.recorded_at,
            "kind": facts.kind.name.lower(),
            "incident": facts.incident.name.lower(),
            "country": facts.country,
            "zone_source": facts.zone_source.name.lower(),
            "zone_offset_minutes": facts.zone_offset_minutes,
            "performer": facts.performer,
            "code": values["code"].rstrip(b"\0").decode("ascii", "replace"),
            "document": hex_of(values["document"]) if any(values["document"]) else None,
            "corroboration": "claimed_with_document" if any(values["document"]) else "claimed",
            "reported": 1,
        }
    return list(found.values())


def _received(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    for item in values["lines"]:
        _line(state, item["line"])["received"] += item["quantity"]
    state["receptions"].append(
        {
            "participant": values["participant"],
            "received_at": values["receivedAt"],
            "recorded_at": entry.recorded_at,
            "lines": to_json(values["lines"]),
            "parcel_heads": to_json(values["parcelHeads"]),
        }
    )


def _inspected(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    for item in values["lines"]:
        line = _line(state, item["line"])
        line["accepted"] += item["accepted"]
        line["rejected"] += item["rejected"]
        line.update(grade=item["grade"], disposition=item["disposition"])
    state["inspections"].append(
        {
            "participant": values["participant"],
            "recorded_at": entry.recorded_at,
            "evidence": hex_of(values["evidence"]) if any(values["evidence"]) else None,
            "lines": to_json(values["lines"]),
        }
    )


def _refunded(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    values = entry.values
    state["refunds"].append(
        {
            "amount_minor": values["amountMinor"],
            "payment": hex_of(values["payment"]),
            "paid_at": values["paidAt"],
            "recorded_at": entry.recorded_at,
        }
    )


def _closed(state: dict, entry: Entry, entries_of: EntriesOf) -> None:
    state.update(status="closed", closed_at=entry.recorded_at)


_APPLY = {
    "ReturnApproved": _approved,
    "ReturnDeclined": _declined,
    "ParcelAdded": _parcel_added,
    "GoodsReceived": _received,
    "GoodsInspected": _inspected,
    "RefundReleased": _refunded,
    "ReturnClosed": _closed,
}


# --- Money and whose turn ---------------------------------------------------------------------------------------------


def _unit_minor(line: dict) -> int:
    return line["unit_net_minor"] + line["unit_tax_minor"] + line["unit_duty_minor"]


def _money(receipt: dict, state: dict) -> dict:
    paid = receipt["deliveryMinor"] + sum(
        sold["quantity"] * (sold["unitNetMinor"] + sold["unitTaxMinor"] + sold["unitDutyMinor"])
        for sold in receipt["lines"]
    )
    return {
        "paid_minor": paid,
        "requested_minor": sum(line["requested"] * _unit_minor(line) for line in state["lines"]),
        "accepted_minor": sum(line["accepted"] * _unit_minor(line) for line in state["lines"]),
        "refunded_minor": sum(refund["amount_minor"] for refund in state["refunds"]),
    }


def turn(state: dict) -> dict:
    """Who has to do what, until when: {who, participant, act, until}. `until` is None where no date is set."""
    terms = state["policy"]["terms"]
    if state["status"] == "requested":
        return _turn("seller", state["seller"], "answer", state["opened_at"] + terms["answer_s"])
    if state["status"] == "approved":
        return _turn_of_approved(state, terms)
    if state["status"] == "declined":
        return _turn("buyer", 0, "close", None)
    return _turn("nobody", 0, "none", None)


def _turn(who: str, participant: int, act: str, until: int | None) -> dict:
    return {"who": who, "participant": participant, "act": act, "until": until}


def _turn_of_approved(state: dict, terms: dict) -> dict:
    inspector = state["inspector"] or state["seller"]
    who = "inspector" if state["inspector"] else "seller"
    if state["refunds"]:
        return _turn("buyer", 0, "close", None)
    if any(line["received"] > line["accepted"] + line["rejected"] for line in state["lines"]):
        return _turn(who, inspector, "inspect", state["receptions"][-1]["received_at"] + terms["inspect_s"])
    if all(line["received"] == line["requested"] for line in state["lines"]):
        return _turn("seller", state["seller"], "refund", state["inspections"][-1]["recorded_at"] + terms["pay_s"])
    if not state["parcels"]:
        return _turn("buyer", 0, "send", state["decided_at"] + terms["send_s"])
    last = state["parcels"][-1]
    delivered = [item["occurred_at"] for item in last["checkpoints"] if item["kind"] == "delivered"]
    if delivered:
        return _turn(who, inspector, "receive", delivered[0] + terms["inspect_s"])
    return _turn("carrier", last["carrier"], "deliver", last["added_at"] + terms["transit_s"])
