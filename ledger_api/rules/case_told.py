"""What each entry of a return, its sale, its parcels and its escrow says, in words. Pure."""

from ledger_api.rules.checkpoint_facts import unpack_code, unpack_facts
from ledger_api.rules.countries import country_name
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.telling import BUYER, Telling, document_of, joined, lower, object_of, told
from ledger_api.rules.times import counted
from ledger_api.rules.wording import grade_words, happened, percent, reason_words
from ledger_api.vocabulary import INCIDENT_LABELS, Act, Consequence, ParcelPurpose, ReturnKind

# --- Sale and request -------------------------------------------------------------------------------------------------


def _claimed(t: Telling, entry: Entry) -> dict:
    lines = entry.values["receipt"]["lines"]
    details = f"It names {counted(len(lines), 'item')}, their prices and the terms that hold."
    return told(
        f"{t.name(BUYER)} took up the receipt that {t.name(t.seller)} had signed",
        BUYER,
        t.seller,
        support="mutual",
        details=details,
    )


def _delivered(t: Telling, entry: Entry) -> dict:
    values = entry.values
    return told("The order was delivered", values["participant"], at=values["deliveredAt"], support=t.supports[entry])


def _key_proposed(t: Telling, entry: Entry) -> dict:
    what = f"Another device was to act for {t.name(BUYER).lower()}"
    return told(what, until=entry.values["takesOverAt"], until_words="It could take over from")


def _key_vetoed(t: Telling, entry: Entry) -> dict:
    return told(f"{t.name(BUYER)} objected to the other device", BUYER)


def _key_taken(t: Telling, entry: Entry) -> dict:
    return told(f"Another device acts for {t.name(BUYER).lower()} from here on", BUYER)


def _opened(t: Telling, entry: Entry) -> dict:
    values = entry.values
    pieces = counted(sum(line["quantity"] for line in values["lines"]), "piece")
    late = "It was asked after the time for it had ended." if values["late"] else ""
    reasons = [
        f"Item {i['line'] + 1}, {counted(i['quantity'], 'piece')}: {lower(reason_words(i['reason']))}."
        for i in values["lines"]
    ]
    asked = (
        f"withdrew from the sale of {pieces}"
        if values["kind"] == ReturnKind.WITHDRAWAL
        else f"asked to send back {pieces}"
    )
    return told(f"{t.name(BUYER)} {asked}", BUYER, details=joined(*reasons, late))


def _asked(t: Telling, entry: Entry) -> dict:
    question = hex_of(entry.values["question"])
    return told(f"{t.name(t.seller)} asked {object_of(t)} a question", t.seller, document=question)


def _supplied(t: Telling, entry: Entry) -> dict:
    return told(f"{t.name(BUYER)} answered the question", BUYER, document=hex_of(entry.values["document"]))


def _approved(t: Telling, entry: Entry) -> dict:
    values = entry.values
    refused = [_refused(item) for item in values["exceptions"]]
    part = " in part" if refused else ""
    keeps = "The goods need not be sent." if values["returnless"] else ""
    checker = f"{t.name(values['inspector'])} is to check the goods." if values["inspector"] else ""
    return told(f"{t.name(t.seller)} approved the return{part}", t.seller, details=joined(*refused, keeps, checker))


def _refused(item: dict) -> str:
    reason = lower(reason_words(item["reason"]))
    return f"Item {item['line'] + 1}: {counted(item['quantity'], 'piece')} approved. The reason: {reason}."


def _declined(t: Telling, entry: Entry) -> dict:
    reason = f"The reason: {lower(reason_words(entry.values['reason']))}."
    return told(f"{t.name(t.seller)} declined the return", t.seller, details=reason)


def _cancelled(t: Telling, entry: Entry) -> dict:
    return told(f"{t.name(BUYER)} took the return back", BUYER)


def _reopened(t: Telling, entry: Entry) -> dict:
    more = document_of(entry.values["document"])
    return told(f"{t.name(BUYER)} asked again", BUYER, document=more["document"])


# --- Goods ------------------------------------------------------------------------------------------------------------

_IN_PARCEL = {
    ParcelPurpose.GOODS_RETURNED: "with the goods that go back",
    ParcelPurpose.REPLACEMENT: "with the replacement",
    ParcelPurpose.REPAIRED: "with the repaired goods",
    ParcelPurpose.GOODS_GIVEN_BACK: "with goods that were not accepted",
}


def _parcel_added(t: Telling, entry: Entry) -> dict:
    values = entry.values
    what = f"A parcel {_IN_PARCEL[ParcelPurpose(values['purpose'])]} went to {t.name(values['carrier'])}"
    document = document_of(values["document"])["document"]
    return told(what, values["participant"], at=values["sentAt"], support=t.supports[entry], document=document)


def _checkpoint(t: Telling, entry: Entry) -> dict:
    values = entry.values
    facts, code = unpack_facts(values["facts"]), unpack_code(values["code"])
    what = happened({"kind": facts.kind.name.lower(), "code": code})
    where = f", {country_name(facts.country)}" if facts.country else ""
    details = INCIDENT_LABELS[facts.incident]
    return told(
        f"{what}{where}",
        t.carriers[entry.subject],
        at=facts.occurred_at,
        details=details,
        **document_of(values["document"]),
    )


def _corrected(t: Telling, entry: Entry) -> dict:
    values = entry.values
    facts = unpack_facts(values["wrongFacts"])
    wrong = happened({"kind": facts.kind.name.lower(), "code": unpack_code(values["wrongCode"])})
    right = "Nothing takes its place."
    if any(values["facts"]):
        now = unpack_facts(values["facts"])
        right = f"In its place: “{happened({'kind': now.kind.name.lower(), 'code': unpack_code(values['code'])})}”."
    details = f"The reason: {lower(reason_words(values['reason']))}. {right}"
    return told(f"The report “{wrong}” was taken back", t.carriers[entry.subject], details=details)


def _handed_over(t: Telling, entry: Entry) -> dict:
    values = entry.values
    giver, taker = values["giver"], values["taker"]
    document = document_of(values["document"])["document"]
    what = f"{t.name(giver)} handed the parcel over to {t.name(taker)}"
    return told(what, giver, taker, at=values["occurredAt"], support="mutual", document=document)


def _received(t: Telling, entry: Entry) -> dict:
    values = entry.values
    pieces = counted(sum(line["quantity"] for line in values["lines"]), "piece")
    details = joined(
        "Nothing more is expected." if values["complete"] else "",
        f"{counted(values['wrong'], 'piece')} not as sold." if values["wrong"] else "",
        f"{counted(values['extra'], 'piece')} besides." if values["extra"] else "",
    )
    who = values["participant"]
    return told(
        f"{t.name(who)} received {pieces}",
        who,
        at=values["receivedAt"],
        details=details,
        **document_of(values["evidence"]),
    )


def _inspected(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    pieces = counted(sum(line["accepted"] + line["rejected"] for line in values["lines"]), "piece")
    details = joined(*(_found(line) for line in values["lines"]))
    return told(f"{t.name(who)} checked {pieces}", who, details=details, **document_of(values["evidence"]))


def _found(line: dict) -> str:
    found = [f"{line['accepted']:,} accepted"] if line["accepted"] else []
    found += [f"{line['rejected']:,} not accepted"] if line["rejected"] else []
    if line["accepted"] and line["diminishedBasisPoints"]:
        found.append(f"worth {percent(line['diminishedBasisPoints'])} less")
    found.append(f"condition {grade_words(line['grade'])}" if line["grade"] else "not graded")
    return f"Item {line['line'] + 1}: {', '.join(found)}."


def _inspector_named(t: Telling, entry: Entry) -> dict:
    number = entry.values["inspector"]
    what = f"is to check the goods, says {t.name(t.seller)}"
    return told(f"{t.name(number)} {what}" if number else f"{t.name(t.seller)} is to check the goods itself", t.seller)


# --- Money, outcome, messages -----------------------------------------------------------------------------------------


def _refunded(t: Telling, entry: Entry) -> dict:
    values = entry.values
    if entry.request in t.by_escrow:
        return told(f"{t.name(BUYER)} drew {t.money(values['amountMinor'])} from the escrow", BUYER, support="mutual")
    gift = values["goodwillMinor"]
    details = f"Of that, {t.money(gift)} is a gift." if gift else ""
    what = f"{t.name(t.seller)} says it refunded {t.money(values['amountMinor'] + gift)}"
    return told(what, t.seller, at=values["paidAt"], details=details, **document_of(values["payment"]))


def _confirmed(t: Telling, entry: Entry) -> dict:
    values = entry.values
    said = "confirmed that all arrived" if values["arrived"] else "said that it did not arrive"
    return told(f"{t.name(BUYER)} {said}", BUYER, **document_of(values["evidence"]))


def _proved(t: Telling, entry: Entry) -> dict:
    return told(f"{t.name(t.seller)} answered that it did arrive", t.seller, **document_of(entry.values["evidence"]))


def _closed(t: Telling, entry: Entry) -> dict:
    return told(f"{t.name(BUYER)} closed the return", BUYER)


def _message(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(f"{t.name(who)} sent a message", who, document=hex_of(entry.values["message"]))


def _deposited(t: Telling, entry: Entry) -> dict:
    return told("Money was paid into the escrow")


def _reclaimed(t: Telling, entry: Entry) -> dict:
    return told("The escrow gave back what nobody needed", t.seller)


_SILENCES = {
    Act.ANSWER: "Nobody answered the request in time",
    Act.SUPPLY: "The question was not answered in time",
    Act.SEND: "The goods were not sent in time",
    Act.RECEIVE: "Nobody confirmed in time that the goods arrived",
    Act.INSPECT: "Nobody checked the goods in time",
    Act.REFUND: "Nobody refunded in time",
    Act.REPLACE: "No goods were sent to the buyer in time",
    Act.GIVE_BACK: "What was not accepted was not sent back in time",
    Act.PROVE: "Nobody showed in time that it was sent",
    Act.CONFIRM: "Nobody said in time that something was wrong",
    Act.REOPEN: "Nobody asked again in time",
}
_BECAME = {
    Consequence.APPROVED: "the return counted as approved",
    Consequence.DECLINED: "the return counted as declined",
    Consequence.EXPIRED: "the return lapsed",
    Consequence.ACCEPTED: "the goods counted as accepted in full",
    Consequence.SHORT: "the pieces that had not arrived counted as not sent",
    Consequence.DEFAULTED: "what was owed was put on record",
    Consequence.REFUND_INSTEAD: "a refund took the place of goods",
    Consequence.CLOSED: "the return closed",
}


def _silence(t: Telling, entry: Entry) -> dict:
    values = entry.values
    owed = f"Owed: {t.money(values['owedMinor'])}." if values["owedMinor"] else ""
    became = _BECAME[Consequence(values["consequence"])]
    return told(f"{_SILENCES[Act(values['act'])]}, so {became}", details=owed)


TELLERS = {
    "ReceiptClaimed": _claimed,
    "DeliveryStated": _delivered,
    "BuyerKeyProposed": _key_proposed,
    "BuyerKeyVetoed": _key_vetoed,
    "BuyerKeyTaken": _key_taken,
    "ReturnOpened": _opened,
    "BuyerAsked": _asked,
    "AnswerSupplied": _supplied,
    "ReturnApproved": _approved,
    "ReturnDeclined": _declined,
    "ReturnCancelled": _cancelled,
    "ReturnReopened": _reopened,
    "ParcelAdded": _parcel_added,
    "CheckpointRecorded": _checkpoint,
    "CheckpointCorrected": _corrected,
    "HandedOver": _handed_over,
    "GoodsReceived": _received,
    "GoodsInspected": _inspected,
    "InspectorNamed": _inspector_named,
    "RefundReleased": _refunded,
    "OutcomeConfirmed": _confirmed,
    "OutcomeProved": _proved,
    "ReturnClosed": _closed,
    "MessageSent": _message,
    "SilenceEnforced": _silence,
    "RefundDeposited": _deposited,
    "DepositReclaimed": _reclaimed,
}
