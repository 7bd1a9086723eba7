"""The state of a return as it is shown, from its entries: pure, so that server and verifier show the same."""

from ledger_api.rules.checkpoint_facts import fact_key_of_words, unpack_facts
from ledger_api.rules.deadlines import IN_MONEY
from ledger_api.rules.dispute_state import dispute_state
from ledger_api.rules.entries import CHECKPOINT, Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json
from ledger_api.rules.return_case import Case, Line, case_of
from ledger_api.rules.sale import EntriesOf, sale_of, sibling_ids
from ledger_api.vocabulary import (
    Act,
    CheckpointKind,
    Consequence,
    Corroboration,
    ParcelPurpose,
    ReasonCategory,
    Turner,
)

CONTRACT_OF_GROUP = {  # groups of subjects that the state of a return rests on → whose histories they are
    "registry": "ParticipantRegistry",
    "policy": "PolicyBook",
    "receipt": "ReturnLedger",
    "return": "ReturnLedger",
    "siblings": "ReturnLedger",
    "escrow": "RefundEscrow",
    "disputes": "DisputeDesk",
    "parcels": "ParcelLedger",
}
CORRECTION = "CheckpointCorrected"
CATEGORY_NAMES = {int(item): item.name.lower() for item in ReasonCategory}
DELIVERED_TOLERANCE_S = 86_400  # a delivery that a carrier recorded within a day of the stated time supports it


def related_subjects(entries: list[Entry], entries_of: EntriesOf) -> dict[str, list[bytes]]:
    """Subjects that the state of a return rests on, besides itself.

    `parcels` are those of the return in the order in which they were added, then outbound parcels that a statement of
    delivery names; `siblings` are the receipt's other returns and the next one, which has no entry.
    """
    receipt, sale = entries[0].values["receipt"], sale_of(entries[0], entries_of)
    parcels = [entry.values["parcel"] for entry in entries if entry.name == "ParcelAdded"]
    outbound = [entry.values["parcel"] for entry in sale.statements if any(entry.values["parcel"])]
    return {
        "receipt": [receipt],
        "policy": [sale.policy.subject],
        "parcels": list(dict.fromkeys(parcels + outbound)),
        "siblings": [item for item in sibling_ids(receipt, entries_of) if item != entries[0].subject],
        "escrow": [entries[0].subject],
        "disputes": [entry.values["dispute"] for entry in entries if entry.name == "DisputeBegun"],
    }


def return_state(subject: bytes, entries_of: EntriesOf) -> dict | None:
    """State of a return, None if there is no such return. Times are Unix seconds UTC, money minor units.

    Amounts may exceed what JSON numbers hold: `requests.to_json` makes decimal strings of those.
    """
    case = case_of(subject, entries_of)
    if case is None:
        return None
    receipt, opened = case.sale.receipt, case.opened
    return {
        "return_id": hex_of(subject),
        "receipt": hex_of(case.sale.subject),
        "number": opened.values["number"],
        "kind": _name(case.kind),
        "resolution": _name(case.resolution),
        "status": _name(case.status),
        "seller": receipt["seller"],
        "buyer": hex_of(case.sale.buyer),
        "new_buyer_key": _proposal(case),
        "inspector": case.inspector,
        "currency": _ascii(receipt["currency"]),
        "sold_at": receipt["soldAt"],
        "delivered_at": opened.values["deliveredAt"] or None,
        "deliveries": deliveries_of(case, entries_of),
        "opened_at": opened.recorded_at,
        "decided_at": case.decided_at,
        "decline_reason": case.decline_reason,
        "closed_at": case.closed_at,
        "late": opened.values["late"],
        "final_sale": opened.values["finalSale"],
        "returnless": case.returnless,
        "reopened": case.reopened,
        "contested": case.contested,
        "defaulted": case.defaulted,
        "ruled": case.ruled,
        "dispute": hex_of(case.dispute) if case.dispute else None,
        "disputes": [dispute_state(e.values["dispute"], entries_of) for e in case.by_kind.get("DisputeBegun", ())],
        "policy": _policy(case),
        "lines": [_line(case, line) for line in case.lines.values()],
        "parcels": [_parcel(entry, entries_of, case) for entry in case.by_kind.get("ParcelAdded", ())],
        "questions": _questions(case),
        "receptions": [_reception(entry) for entry in case.by_kind.get("GoodsReceived", ())],
        "inspections": [_inspection(entry) for entry in case.by_kind.get("GoodsInspected", ())],
        "refunds": [_refund(entry) for entry in case.by_kind.get("RefundReleased", ())],
        "confirmations": _confirmations(case),
        "escrow": _escrow(entries_of(subject)),
        "enforcements": [_enforcement(entry) for entry in case.by_kind.get("SilenceEnforced", ())],
        "late_acts": [_late_act(entry, turn) for entry, turn in case.late],
        "money": _money(case),
        "turn": _turn(case, entries_of),
    }


def _name(item) -> str:
    return item.name.lower()


def _ascii(text: bytes) -> str:
    return text.rstrip(b"\0").decode("ascii", "replace")


def _commitment(value: bytes) -> str | None:
    return hex_of(value) if any(value) else None


def _proposal(case: Case) -> dict | None:
    """A new key of the buyer that waits for its time; the present key may veto it."""
    entry = case.sale.proposal
    if entry is None:
        return None
    return {"key": hex_of(entry.values["buyer"]), "takes_over_at": entry.values["takesOverAt"]}


def _policy(case: Case) -> dict:
    values = case.sale.policy.values
    terms = {**to_json(values["terms"]), "currency": _ascii(values["terms"]["currency"])}
    return {
        "policy_id": hex_of(case.sale.policy.subject),
        "version": values["version"],
        "terms": terms,
        "disputes": to_json(values["disputes"]),
        "methods": [{"country": _ascii(i["country"]), "methods": i["methods"]} for i in values["methods"]],
        "document": hex_of(values["document"]),
    }


# --- Facts and who supports them --------------------------------------------------------------------------------------


def deliveries_of(case: Case, entries_of: EntriesOf) -> list[dict]:
    """Statements of delivery to the buyer; the latest day that anybody stated starts the window."""
    said = {}
    for entry in case.sale.statements:
        said.setdefault(entry.values["deliveredAt"], set()).add(entry.values["participant"] == 0)
    return [
        {
            "participant": entry.values["participant"],
            "delivered_at": entry.values["deliveredAt"],
            "recorded_at": entry.recorded_at,
            "parcel": _commitment(entry.values["parcel"]),
            "corroboration": _name(_support(entry, said, entries_of)),
        }
        for entry in case.sale.statements
    ]


def _support(entry: Entry, said: dict, entries_of: EntriesOf) -> Corroboration:
    at = entry.values["deliveredAt"]
    if len(said[at]) == 2:
        return Corroboration.MUTUAL
    reports = checkpoints_of(entries_of(entry.values["parcel"])) if any(entry.values["parcel"]) else []
    delivered = (i["occurred_at"] for i in reports if i["kind"] == "delivered" and i["corrected"] is None)
    shown = any(abs(time - at) <= DELIVERED_TOLERANCE_S for time in delivered)
    return Corroboration.DOCUMENTED if shown else Corroboration.CLAIMED


def _documented(document: bytes, more: bool = False) -> str:
    return _name(Corroboration.DOCUMENTED if any(document) or more else Corroboration.CLAIMED)


def _line(case: Case, line: Line) -> dict:
    return {
        "line": line.number,
        "sold": line.price.quantity,
        "net_minor": line.price.net_minor,
        "discount_minor": line.price.discount_minor,
        "tax_minor": line.price.tax_minor,
        "duty_minor": line.price.duty_minor,
        "final_sale": case.sale.receipt["lines"][line.number]["finalSale"],
        "reason": line.reason,
        "category": CATEGORY_NAMES.get(line.category, "none"),
        "requested": line.requested,
        "expected": line.expected,
        "exception": line.exception or None,
        "received": line.received,
        "short": line.short,
        "accepted": line.accepted,
        "diminished_minor": line.diminished_minor,
        "disputed": line.held is not None,
        "decided_by_dispute": line.decided,
        "rejected": line.rejected,
        "grade": line.grade,
        "disposition": line.disposition,
    }


def _parcel(entry: Entry, entries_of: EntriesOf, case: Case) -> dict:
    values = entry.values
    reports = [item for item in entries_of(values["parcel"]) if item.contract == "ParcelLedger"]
    checkpoints = checkpoints_of(reports)
    happened = sorted(checkpoints, key=lambda item: item["occurred_at"])
    counted = [item for item in happened if item["corrected"] is None]
    known = [item["kind"] for item in counted if item["kind"] != CheckpointKind.UNKNOWN.name.lower()]
    return {
        "parcel_id": hex_of(values["parcel"]),
        "purpose": _name(ParcelPurpose(values["purpose"])),
        "carrier": values["carrier"],
        "tracking": hex_of(values["tracking"]),
        "added_by": values["participant"],
        "added_at": entry.recorded_at,
        "counts": any(parcel is entry for parcel in case.parcels),  # named since goods were last to be sent anew
        "sent_at": values["sentAt"] or None,
        "document": _commitment(values["document"]),
        # A hand-over counts too: its carrier signed it.
        "corroboration": _documented(values["document"], bool(reports)),
        # What was delivered stays delivered, whatever arrives late.
        "status": "delivered" if "delivered" in known else known[-1] if known else "unknown",
        "checkpoints": happened,
        "hand_overs": hand_overs_of(reports, case.sale.buyer),
    }


def checkpoints_of(entries: list[Entry]) -> list[dict]:
    """Checkpoints of a parcel; the same fact stands once, however often it was reported.

    What a correction supersedes stays, with `corrected`: the reason and when; it no longer counts.
    """
    found: dict[bytes, dict] = {}
    for entry in entries:
        if entry.name == CHECKPOINT:
            _add_checkpoint(found, entry)
        elif entry.name == CORRECTION:
            values = entry.values
            wrong = found.get(fact_key_of_words(values["wrongFacts"], values["wrongCode"]))
            if wrong is not None:
                wrong["corrected"] = {"reason": values["reason"], "recorded_at": entry.recorded_at}
            if any(values["facts"]):
                _add_checkpoint(found, entry)
                # The last word is that this is right, also if it was corrected before or only its details were wrong.
                found[fact_key_of_words(values["facts"], values["code"])] |= {**_details(values), "corrected": None}
    return list(found.values())


def _add_checkpoint(found: dict[bytes, dict], entry: Entry) -> None:
    values = entry.values
    facts, key = unpack_facts(values["facts"]), fact_key_of_words(values["facts"], values["code"])
    if key in found:
        found[key]["reported"] += 1
        return
    found[key] = {
        "occurred_at": facts.occurred_at,
        "recorded_at": entry.recorded_at,
        "kind": facts.kind.name.lower(),
        "incident": facts.incident.name.lower(),
        "country": facts.country,
        "code": _ascii(values["code"]),
        **_details(values),
        "reported": 1,
        "corrected": None,
    }


def _details(values: dict) -> dict:
    """What a checkpoint says besides its identity."""
    facts = unpack_facts(values["facts"])
    return {
        "zone_source": facts.zone_source.name.lower(),
        "zone_offset_minutes": facts.zone_offset_minutes,
        "performer": facts.performer,
        "document": _commitment(values["document"]),
        "corroboration": _documented(values["document"]),
    }


def hand_overs_of(entries: list[Entry], buyer: bytes | None = None) -> list[dict]:
    """Custody that passed, signed by both sides. Who gives without being a participant counts if he is the buyer."""
    return [
        {
            "giver": entry.values["giver"],
            "giver_key": hex_of(entry.values["giverKey"]),
            "taker": entry.values["taker"],
            "occurred_at": entry.values["occurredAt"],
            "recorded_at": entry.recorded_at,
            "document": _commitment(entry.values["document"]),
            "corroboration": _name(
                Corroboration.MUTUAL
                if entry.values["giver"] or buyer in (None, entry.values["giverKey"])
                else Corroboration.CLAIMED
            ),
        }
        for entry in entries
        if entry.name == "HandedOver"
    ]


def _questions(case: Case) -> list[dict]:
    """What the seller asked, with the answer to it; commitments to documents off chain."""
    entries = [*case.by_kind.get("BuyerAsked", ()), *case.by_kind.get("AnswerSupplied", ())]
    found = []
    for entry in sorted(entries, key=lambda entry: (entry.block_number, entry.log_index)):
        if entry.name == "BuyerAsked":
            asked = {"question": hex_of(entry.values["question"]), "asked_at": entry.recorded_at}
            found.append({**asked, "answer": None, "answered_at": None})
        else:
            found[-1] |= {"answer": hex_of(entry.values["document"]), "answered_at": entry.recorded_at}
    return found


def _reception(entry: Entry) -> dict:
    values = entry.values
    return {
        "participant": values["participant"],
        "received_at": values["receivedAt"] or entry.recorded_at,
        "recorded_at": entry.recorded_at,
        "complete": values["complete"],
        "extra": values["extra"],
        "wrong": values["wrong"],
        "evidence": _commitment(values["evidence"]),
        "corroboration": _documented(values["evidence"]),
        "lines": to_json(values["lines"]),
        "parcel_heads": to_json(values["parcelHeads"]),
    }


def _inspection(entry: Entry) -> dict:
    values = entry.values
    return {
        "participant": values["participant"],
        "recorded_at": entry.recorded_at,
        "evidence": _commitment(values["evidence"]),
        "corroboration": _documented(values["evidence"]),
        "lines": to_json(values["lines"]),
        "accepted": to_json(values["accepted"]),
    }


def _refund(entry: Entry) -> dict:
    values = entry.values
    return {
        "amount_minor": values["amountMinor"],
        "goodwill_minor": values["goodwillMinor"],
        "payment": hex_of(values["payment"]),
        "paid_at": values["paidAt"] or entry.recorded_at,
        "recorded_at": entry.recorded_at,
        "due_minor": values["dueMinor"],
        "corroboration": _documented(values["payment"]),
    }


def _confirmations(case: Case) -> list[dict]:
    """What the buyer said about the outcome, and what the seller answered, in order."""
    entries = [*case.by_kind.get("OutcomeConfirmed", ()), *case.by_kind.get("OutcomeProved", ())]
    return [
        {
            "by": "buyer" if entry.name == "OutcomeConfirmed" else "seller",
            "arrived": entry.values.get("arrived", True),
            "evidence": _commitment(entry.values["evidence"]),
            "recorded_at": entry.recorded_at,
        }
        for entry in sorted(entries, key=lambda entry: (entry.recorded_at, entry.block_number, entry.log_index))
    ]


# --- Silence, money, turn ---------------------------------------------------------------------------------------------


def _enforcement(entry: Entry) -> dict:
    values = entry.values
    return {
        "act": _name(Act(values["act"])),
        "consequence": _name(Consequence(values["consequence"])),
        "recorded_at": entry.recorded_at,
        "owed_minor": values["owedMinor"],
        "accepted": to_json(values["accepted"]),
    }


def _escrow(entries: list[Entry]) -> dict | None:
    """What an escrow holds for a return, in the token's smallest units; None if nobody paid in."""
    signs = {"RefundDeposited": 1, "RefundWithdrawn": -1, "DepositReclaimed": -1}
    moves = [entry for entry in entries if entry.contract == "RefundEscrow"]
    if not moves:
        return None
    return {
        "token": hex_of(moves[-1].values["token"]),
        "held_units": sum(signs[entry.name] * entry.values["units"] for entry in moves),
        "moves": [
            {
                "kind": {"RefundDeposited": "deposit", "RefundWithdrawn": "withdrawal"}.get(entry.name, "reclaim"),
                "address": hex_of(entry.values.get("to", entry.values.get("from"))),
                "units": entry.values["units"],
                "amount_minor": entry.values.get("amountMinor"),
                "recorded_at": entry.recorded_at,
            }
            for entry in moves
        ],
    }


def _late_act(entry: Entry, turn) -> dict:
    return {"act": _name(turn.act), "until": turn.until, "recorded_at": entry.recorded_at}


def _money(case: Case) -> dict:
    """The refund rule's breakdown of what is due now, and what it rests on."""
    broken = case.breakdown()
    refunds = [entry.values for entry in case.by_kind.get("RefundReleased", ())]
    return {
        "paid_minor": case.sale.paid_minor,
        "requested_minor": sum(_value(line, line.requested) for line in case.lines.values()),
        "net_minor": broken.net_minor,
        "tax_minor": broken.tax_minor,
        "duty_minor": broken.duty_minor,
        "diminished_minor": broken.diminished_minor,
        "restocking_minor": broken.restocking_minor,
        "return_shipping_minor": broken.return_shipping_minor,
        "delivery_minor": broken.delivery_minor,
        "extra_minor": broken.extra_minor,
        "costs_minor": broken.costs_minor,
        "earlier_minor": broken.earlier_minor,
        "capped_minor": broken.capped_minor,
        "overpaid_minor": broken.overpaid_minor,
        "due_minor": broken.due_minor,
        "refunded_minor": sum(values["amountMinor"] for values in refunds),
        "unpaid_minor": _unpaid(case),
        "goodwill_minor": sum(values["goodwillMinor"] for values in refunds),
        "owed_minor": case.owed_minor,
    }


def _unpaid(case: Case) -> int:
    """What disputes found not to be paid, of what the seller attested."""
    ends = (entry.values for entry in case.by_kind.get("DisputeResolved", ()))
    return sum(values["award"]["unpaidMinor"] for values in ends if values["applies"])


def _value(line: Line, pieces: int) -> int:
    """What so many pieces of a line cost, as if no other had been cut off."""
    return sum(total * pieces // line.price.quantity for total in line.price.components)


def _turn(case: Case, entries_of: EntriesOf) -> dict:
    """Whose turn it is: {who, participant, act, until, enforceable_at, consequence, needs}; no times if nobody's."""
    turn = case.turn(entries_of)
    participants = {Turner.SELLER: case.sale.receipt["seller"], Turner.INSPECTOR: case.inspector}
    nobody = turn.who is Turner.NOBODY
    return {
        "who": _name(turn.who),
        "participant": participants.get(turn.who, 0),
        "act": _name(turn.act),
        "until": None if nobody else turn.until,
        "enforceable_at": None if nobody else turn.enforceable_at,
        "consequence": _name(turn.consequence),
        "needs": _name(turn.needs),
    }


def pays_money(state: dict) -> bool:
    """Whether the buyer of a state gets money, and not goods."""
    return state["resolution"] in {item.name.lower() for item in IN_MONEY}
