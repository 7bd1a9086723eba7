"""What each entry of a return, its sale, its parcels and its escrow says, in words. Pure."""

from ledger_api.rules.checkpoint_facts import unpack_code, unpack_facts
from ledger_api.rules.countries import country_name
from ledger_api.rules.entries import Entry
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.telling import BUYER, Telling, acted, addressed, document_of, joined, lower, told
from ledger_api.rules.times import counted
from ledger_api.rules.wording import grade_words, happened, incident_words, percent, reason_words
from ledger_api.texts import _, grouped, mark, marked
from ledger_api.vocabulary import Act, Consequence, ParcelPurpose, ReturnKind

# --- Sale and request -------------------------------------------------------------------------------------------------


def _claimed(t: Telling, entry: Entry) -> dict:
    items = counted(len(entry.values["receipt"]["lines"]), "item")
    what = acted(t.name, BUYER, "%(who)s took up the receipt that %(seller)s had signed", seller=t.name(t.seller))
    details = _("It names %(items)s, their prices and the terms that hold.", items=items)
    return told(what, BUYER, t.seller, support="mutual", details=details)


def _delivered(t: Telling, entry: Entry) -> dict:
    values = entry.values
    what = _("The order was delivered")
    return told(what, values["participant"], at=values["deliveredAt"], support=t.supports[entry])


def _key_proposed(t: Telling, entry: Entry) -> dict:
    you = addressed(t.name)
    what = _("Another device was to act for you") if you else _("Another device was to act for the buyer")
    # L10N: a date follows
    return told(what, until=entry.values["takesOverAt"], until_words=_("It could take over from"))


def _key_vetoed(t: Telling, entry: Entry) -> dict:
    return told(acted(t.name, BUYER, "%(who)s objected to the other device"), BUYER)


def _key_taken(t: Telling, entry: Entry) -> dict:
    you = addressed(t.name)
    here_on = _("Another device acts for the buyer from here on")
    return told(_("Another device acts for you from here on") if you else here_on, BUYER)


def _opened(t: Telling, entry: Entry) -> dict:
    values = entry.values
    pieces = counted(sum(line["quantity"] for line in values["lines"]), "piece")
    late = _("It was asked after the time for it had ended.") if values["late"] else ""
    details = joined(*(_wanted(line) for line in values["lines"]), late)
    if values["kind"] == ReturnKind.WITHDRAWAL:
        what = acted(t.name, BUYER, "%(who)s withdrew from the sale of %(pieces)s", pieces=pieces)
    else:
        what = acted(t.name, BUYER, "%(who)s asked to send back %(pieces)s", pieces=pieces)
    return told(what, BUYER, details=details)


def _wanted(line: dict) -> str:
    pieces, reason = counted(line["quantity"], "piece"), lower(reason_words(line["reason"]))
    return _("Item %(item)s, %(pieces)s: %(reason)s.", item=line["line"] + 1, pieces=pieces, reason=reason)


def _asked(t: Telling, entry: Entry) -> dict:
    seller, question = t.name(t.seller), hex_of(entry.values["question"])
    you, anyone = (
        _("%(seller)s asked you a question", seller=seller),
        _("%(seller)s asked the buyer a question", seller=seller),
    )
    return told(you if addressed(t.name) else anyone, t.seller, document=question)


def _supplied(t: Telling, entry: Entry) -> dict:
    what = acted(t.name, BUYER, "%(who)s answered the question")
    return told(what, BUYER, document=hex_of(entry.values["document"]))


def _approved(t: Telling, entry: Entry) -> dict:
    values, seller = entry.values, t.name(t.seller)
    refused = [_refused(item) for item in values["exceptions"]]
    what = _("%(seller)s approved the return", seller=seller)
    if refused:
        what = _("%(seller)s approved the return in part", seller=seller)
    keeps = _("The goods need not be sent.") if values["returnless"] else ""
    checker = _("%(who)s is to check the goods.", who=t.name(values["inspector"])) if values["inspector"] else ""
    return told(what, t.seller, details=joined(*refused, keeps, checker))


def _refused(item: dict) -> str:
    pieces, reason = counted(item["quantity"], "piece"), lower(reason_words(item["reason"]))
    # L10N: %(pieces)s is a number of pieces, such as 1 piece
    return _(
        "Item %(item)s: %(pieces)s approved. The reason: %(reason)s.",
        item=item["line"] + 1,
        pieces=pieces,
        reason=reason,
    )


def _declined(t: Telling, entry: Entry) -> dict:
    reason = _("The reason: %(reason)s.", reason=lower(reason_words(entry.values["reason"])))
    return told(_("%(seller)s declined the return", seller=t.name(t.seller)), t.seller, details=reason)


def _cancelled(t: Telling, entry: Entry) -> dict:
    return told(acted(t.name, BUYER, "%(who)s took the return back"), BUYER)


def _reopened(t: Telling, entry: Entry) -> dict:
    more = document_of(entry.values["document"])
    return told(acted(t.name, BUYER, "%(who)s asked again"), BUYER, document=more["document"])


# --- Goods ------------------------------------------------------------------------------------------------------------

_IN_PARCEL = {
    ParcelPurpose.GOODS_RETURNED: mark("A parcel with the goods that go back went to %(carrier)s"),
    ParcelPurpose.REPLACEMENT: mark("A parcel with the replacement went to %(carrier)s"),
    ParcelPurpose.REPAIRED: mark("A parcel with the repaired goods went to %(carrier)s"),
    ParcelPurpose.GOODS_GIVEN_BACK: mark("A parcel with goods that were not accepted went to %(carrier)s"),
}


def _parcel_added(t: Telling, entry: Entry) -> dict:
    values = entry.values
    what = marked(_IN_PARCEL[ParcelPurpose(values["purpose"])], carrier=t.name(values["carrier"]))
    document = document_of(values["document"])["document"]
    return told(what, values["participant"], at=values["sentAt"], support=t.supports[entry], document=document)


def _checkpoint(t: Telling, entry: Entry) -> dict:
    values = entry.values
    facts, code = unpack_facts(values["facts"]), unpack_code(values["code"])
    what = happened({"kind": facts.kind.name.lower(), "code": code})
    where = f", {country_name(facts.country)}" if facts.country else ""
    details = incident_words(facts.incident)
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
    right = _("Nothing takes its place.")
    if any(values["facts"]):
        now = unpack_facts(values["facts"])
        report = happened({"kind": now.kind.name.lower(), "code": unpack_code(values["code"])})
        right = _("In its place: “%(report)s”.", report=report)
    reason = _("The reason: %(reason)s.", reason=lower(reason_words(values["reason"])))
    what = _("The report “%(report)s” was taken back", report=wrong)
    return told(what, t.carriers[entry.subject], details=f"{reason} {right}")


def _handed_over(t: Telling, entry: Entry) -> dict:
    values = entry.values
    giver, taker = values["giver"], values["taker"]
    document = document_of(values["document"])["document"]
    what = _handover_words(t, giver, taker)
    return told(what, giver, taker, at=values["occurredAt"], support="mutual", document=document)


def _handover_words(t: Telling, giver: int, taker: int) -> str:
    if taker:
        return acted(t.name, giver, "%(who)s handed the parcel over to %(taker)s", taker=t.name(taker))
    if addressed(t.name):
        return _("%(who)s handed the parcel over to You", who=t.name(giver))
    return _("%(who)s handed the parcel over to The buyer", who=t.name(giver))


def _received(t: Telling, entry: Entry) -> dict:
    values = entry.values
    pieces = counted(sum(line["quantity"] for line in values["lines"]), "piece")
    details = joined(
        _("Nothing more is expected.") if values["complete"] else "",
        _("%(pieces)s not as sold.", pieces=counted(values["wrong"], "piece")) if values["wrong"] else "",
        _("%(pieces)s besides.", pieces=counted(values["extra"], "piece")) if values["extra"] else "",
    )
    who = values["participant"]
    return told(
        _("%(who)s received %(pieces)s", who=t.name(who), pieces=pieces),
        who,
        at=values["receivedAt"],
        details=details,
        **document_of(values["evidence"]),
    )


def _inspected(t: Telling, entry: Entry) -> dict:
    values, who = entry.values, entry.values["participant"]
    pieces = counted(sum(line["accepted"] + line["rejected"] for line in values["lines"]), "piece")
    details = joined(*(_found(line) for line in values["lines"]))
    what = _("%(who)s checked %(pieces)s", who=t.name(who), pieces=pieces)
    return told(what, who, details=details, **document_of(values["evidence"]))


def _found(line: dict) -> str:
    found = [_("%(num)s accepted", num=grouped(line["accepted"]))] if line["accepted"] else []
    found += [_("%(num)s not accepted", num=grouped(line["rejected"]))] if line["rejected"] else []
    if line["accepted"] and line["diminishedBasisPoints"]:
        found.append(_("worth %(part)s less", part=percent(line["diminishedBasisPoints"])))
    found.append(_("condition %(grade)s", grade=grade_words(line["grade"])) if line["grade"] else _("not graded"))
    return _("Item %(item)s: %(found)s.", item=line["line"] + 1, found=", ".join(found))


def _inspector_named(t: Telling, entry: Entry) -> dict:
    number, seller = entry.values["inspector"], t.name(t.seller)
    if not number:
        return told(_("%(seller)s is to check the goods itself", seller=seller), t.seller)
    what = _("%(who)s is to check the goods, says %(seller)s", who=t.name(number), seller=seller)
    return told(what, t.seller)


# --- Money, outcome, messages -----------------------------------------------------------------------------------------


def _refunded(t: Telling, entry: Entry) -> dict:
    values = entry.values
    if entry.request in t.by_escrow:
        drawn = t.money(values["amountMinor"])
        what = acted(t.name, BUYER, "%(who)s drew %(amount)s from the escrow", amount=drawn)
        return told(what, BUYER, support="mutual")
    gift = values["goodwillMinor"]
    details = _("Of that, %(amount)s is a gift.", amount=t.money(gift)) if gift else ""
    paid = t.money(values["amountMinor"] + gift)
    what = _("%(seller)s says it refunded %(amount)s", seller=t.name(t.seller), amount=paid)
    return told(what, t.seller, at=values["paidAt"], details=details, **document_of(values["payment"]))


def _confirmed(t: Telling, entry: Entry) -> dict:
    values = entry.values
    what = acted(t.name, BUYER, "%(who)s confirmed that all arrived")
    if not values["arrived"]:
        what = acted(t.name, BUYER, "%(who)s said that it did not arrive")
    return told(what, BUYER, **document_of(values["evidence"]))


def _proved(t: Telling, entry: Entry) -> dict:
    what = _("%(seller)s answered that it did arrive", seller=t.name(t.seller))
    return told(what, t.seller, **document_of(entry.values["evidence"]))


def _closed(t: Telling, entry: Entry) -> dict:
    return told(acted(t.name, BUYER, "%(who)s closed the return"), BUYER)


def _message(t: Telling, entry: Entry) -> dict:
    who = entry.values["participant"]
    return told(acted(t.name, who, "%(who)s sent a message"), who, document=hex_of(entry.values["message"]))


def _deposited(t: Telling, entry: Entry) -> dict:
    return told(_("Money was paid into the escrow"))


def _reclaimed(t: Telling, entry: Entry) -> dict:
    return told(_("The escrow gave back what nobody needed"), t.seller)


_SILENCES = {
    Act.ANSWER: mark("Nobody answered the request in time"),
    Act.SUPPLY: mark("The question was not answered in time"),
    Act.SEND: mark("The goods were not sent in time"),
    Act.RECEIVE: mark("Nobody confirmed in time that the goods arrived"),
    Act.INSPECT: mark("Nobody checked the goods in time"),
    Act.REFUND: mark("Nobody refunded in time"),
    Act.REPLACE: mark("No goods were sent to the buyer in time"),
    Act.GIVE_BACK: mark("What was not accepted was not sent back in time"),
    Act.PROVE: mark("Nobody showed in time that it was sent"),
    Act.CONFIRM: mark("Nobody said in time that something was wrong"),
    Act.REOPEN: mark("Nobody asked again in time"),
}
_BECAME = {
    Consequence.APPROVED: mark("the return counted as approved"),
    Consequence.DECLINED: mark("the return counted as declined"),
    Consequence.EXPIRED: mark("the return lapsed"),
    Consequence.ACCEPTED: mark("the goods counted as accepted in full"),
    Consequence.SHORT: mark("the pieces that had not arrived counted as not sent"),
    Consequence.DEFAULTED: mark("what was owed was put on record"),
    Consequence.REFUND_INSTEAD: mark("a refund took the place of goods"),
    Consequence.CLOSED: mark("the return closed"),
}


def _silence(t: Telling, entry: Entry) -> dict:
    values = entry.values
    owed = _("Owed: %(amount)s.", amount=t.money(values["owedMinor"])) if values["owedMinor"] else ""
    silent, became = marked(_SILENCES[Act(values["act"])]), marked(_BECAME[Consequence(values["consequence"])])
    # L10N: what nobody did, and what followed; the second is a sentence of its own in its translation
    return told(_("%(silent)s, so %(became)s", silent=silent, became=became), details=owed)


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
