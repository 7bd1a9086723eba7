"""What has happened to a return, each fact with who says so and how well it is supported. Pure."""

from collections.abc import Iterable

from ledger_api.pages.goods import purpose_words
from ledger_api.pages.phrases import reason_sentence
from ledger_api.pages.wording import (
    BY_PAYMENT,
    BY_REPORTS,
    WITH_DOCUMENT,
    person,
    source_words,
    to_buyer,
    total,
    you,
)
from ledger_api.rules import dispute_told
from ledger_api.rules.amounts import amount
from ledger_api.rules.case_facts import Fact
from ledger_api.rules.telling import acted
from ledger_api.rules.times import DAY_S, counted
from ledger_api.rules.wording import NameOf
from ledger_api.texts import _, grouped, mark, marked

# Entries of which the state tells too little, or nothing.
TOLD_BY_FACTS = {*dispute_told.TELLERS, "InspectorNamed", "MessageSent"}
_SILENT = {  # act that nobody did → words
    "answer": mark("Nobody answered in time"),
    "supply": mark("The question was not answered in time"),
    "send": mark("The goods were not sent in time"),
    "receive": mark("Nobody confirmed in time that the goods arrived"),
    "inspect": mark("Nobody checked the goods in time"),
    "refund": mark("Nobody refunded in time"),
    "replace": mark("Nothing was sent to you in time"),
    "give_back": mark("What was not accepted was not sent back in time"),
    "prove": mark("Nobody showed in time that it was sent"),
    "confirm": mark("Nobody said in time that something was wrong"),
    "reopen": mark("Nobody asked again in time"),
}
_BECAME = {  # consequence → words
    "approved": mark("the return counted as approved"),
    "declined": mark("the return counted as declined"),
    "expired": mark("the return lapsed"),
    "accepted": mark("the goods counted as accepted in full"),
    "short": mark("the pieces that had not arrived counted as not sent"),
    "defaulted": mark("what was owed was put on record"),
    "refund_instead": mark("a refund took its place"),
    "closed": mark("the return closed"),
}
_BY_TERMS = mark("By the terms that held when you bought")
_BY_BUYER = ("supply", "send", "confirm", "reopen")


_DID = {  # late act → words, where no row of its own tells of it
    "answer": lambda name, number: acted(name, number, "%(who)s answered"),
    "supply": lambda name, number: acted(name, number, "%(who)s answered the question"),
    "send": lambda name, number: acted(name, number, "%(who)s sent the parcel"),
    "receive": lambda name, number: acted(name, number, "%(who)s confirmed what arrived"),
    "inspect": lambda name, number: acted(name, number, "%(who)s checked the goods"),
    "refund": lambda name, number: acted(name, number, "%(who)s refunded"),
    "replace": lambda name, number: acted(name, number, "%(who)s sent the goods"),
    "give_back": lambda name, number: acted(name, number, "%(who)s sent back what was not accepted"),
    "prove": lambda name, number: acted(name, number, "%(who)s answered"),
    "confirm": lambda name, number: acted(name, number, "%(who)s answered"),
    "reopen": lambda name, number: acted(name, number, "%(who)s asked again"),
}


def enforcement_words(item: dict, currency: str) -> tuple[str, str]:
    """(what nobody did, what followed), to be joined by "; on … "."""
    became = marked(_BECAME[item["consequence"]])
    if item["consequence"] == "accepted" and item["act"] == "give_back":
        became = _("it counted as accepted too")
    if item["consequence"] == "defaulted":
        owed = amount(item["owed_minor"], currency)
        became = _("the %(amount)s that the seller owes you went on record", amount=owed)
    return marked(_SILENT[item["act"]]), became


def notes(state: dict) -> list[dict]:
    """[{before, at, after}]: what happened because nobody acted, the newest first."""
    words = [(*enforcement_words(item, state["currency"]), item["recorded_at"]) for item in state["enforcements"]]
    return [{"before": silent, "at": at, "after": became} for silent, became, at in reversed(words)]


def history(state: dict, name: NameOf, facts: Iterable[Fact] = ()) -> list[dict]:
    """Rows {id, at, recorded_at, what, details, source, late_until}, the newest first.

    `recorded_at` only where it differs from the claimed time by more than a day; `late_until` is the date that an act
    missed, else None. `source` is empty where the row is itself the act that it tells of. `facts` are the return's: of
    disputes and messages the state tells too little.
    """
    rows = [
        *_delivery_rows(state, name),
        *_request_rows(state, name),
        *_parcel_rows(state, name),
        *_goods_rows(state, name),
        *_money_rows(state, name),
        *_end_rows(state),
        *(_fact_row(fact) for fact in facts if fact.kind in TOLD_BY_FACTS),
    ]
    rows += _mark_late(state, rows, name)
    rows.sort(key=lambda row: (row["at"], row["recorded"]))
    return [{**row, "id": f"{number}-{row['recorded']}"} for number, row in enumerate(rows, 1)][::-1]


def _row(what: str, recorded: int, claimed: int | None = None, details: str = "", source: str = "", acts=()) -> dict:
    at = claimed or recorded
    return {
        "what": what,
        "at": at,
        "recorded": recorded,
        "recorded_at": recorded if abs(recorded - at) > DAY_S else None,
        "details": details,
        "source": source,
        "acts": acts,
        "late_until": None,
    }


def _fact_row(fact: Fact) -> dict:
    """A fact of a dispute, a message or an inspector, in the words that a case file has for it."""
    sides = "" if fact.who or not fact.details else marked(_BY_TERMS)
    row = _row(fact.what, fact.recorded_at, details=fact.details, source=sides)
    return {**row, "late_until": fact.late_until}


# --- Request ----------------------------------------------------------------------------------------------------------


def _delivery_rows(state: dict, name: NameOf) -> list[dict]:
    """When the order reached the buyer: each statement, and what he said when he asked, unless it is one of them."""
    rows = [
        _row(
            _("Your order was delivered"),
            item["recorded_at"],
            item["delivered_at"],
            source=source_words(item["corroboration"], person(item["participant"], name), BY_REPORTS),
        )
        for item in state["deliveries"]
    ]
    if state["delivered_at"] and state["delivered_at"] not in [item["delivered_at"] for item in state["deliveries"]]:
        source = source_words("claimed", you())
        rows.append(_row(_("Your order was delivered"), state["opened_at"], state["delivered_at"], source=source))
    return rows


def _request_rows(state: dict, name: NameOf) -> list[dict]:
    seller, pieces = name(state["seller"]), counted(total(state, "requested"), "piece")
    asked = _("You asked to send back %(pieces)s", pieces=pieces)
    if state["kind"] == "withdrawal":
        asked = _("You withdrew from the sale of %(pieces)s", pieces=pieces)
    rows = [_row(asked, state["opened_at"])]
    for item in state["questions"]:
        rows.append(_row(_("%(seller)s asked you a question", seller=seller), item["asked_at"], acts=("answer",)))
        if item["answered_at"]:
            rows.append(_row(_("You answered"), item["answered_at"], acts=("supply",)))
    return rows + _decision_rows(state, seller)


def _decision_rows(state: dict, seller: str) -> list[dict]:
    """What the seller answered; what the law or silence did is no answer."""
    at = state["decided_at"]
    silent = [i["recorded_at"] for i in state["enforcements"] if i["act"] == "answer"]
    silent += [dispute["ended_at"] for dispute in state["disputes"] if dispute["applied"]]
    if at is None or at in silent or (state["kind"] == "withdrawal" and at == state["opened_at"]):
        return []
    if state["decline_reason"] is not None:
        reason = reason_sentence(state["decline_reason"])
        return [_row(_("%(seller)s declined", seller=seller), at, details=reason, acts=("answer",))]
    approved = _("%(seller)s approved", seller=seller)
    if any(line["exception"] is not None for line in state["lines"]):
        approved = _("%(seller)s approved in part", seller=seller)
    keep = _("You keep the goods.") if state["returnless"] else ""
    return [_row(approved, at, details=keep, acts=("answer",))]


# --- Goods ------------------------------------------------------------------------------------------------------------

_PARCEL_ACTS = {
    "goods_returned": "send",
    "replacement": "replace",
    "repaired": "replace",
    "goods_given_back": "give_back",
}


def _parcel_rows(state: dict, name: NameOf) -> list[dict]:
    rows = []
    for parcel in state["parcels"]:
        by = WITH_DOCUMENT if parcel["document"] else BY_REPORTS
        what = _("A parcel went to %(carrier)s", carrier=name(parcel["carrier"]))
        rows.append(
            _row(
                purpose_words(parcel["purpose"], what),
                parcel["added_at"],
                parcel["sent_at"],
                source=source_words(parcel["corroboration"], person(parcel["added_by"], name), by),
                acts=(_PARCEL_ACTS[parcel["purpose"]],),
            )
        )
    return rows


def _goods_rows(state: dict, name: NameOf) -> list[dict]:
    return [
        *(_reception_row(item, name(item["participant"])) for item in state["receptions"]),
        *(_inspection_row(item, name(item["participant"])) for item in state["inspections"]),
    ]


def _reception_row(item: dict, who: str) -> dict:
    pieces = sum(line["quantity"] for line in item["lines"])
    wrong, extra = item["wrong"], item["extra"]
    notes_of_it = (
        _("Nothing more is expected.") if item["complete"] else "",
        _("%(pieces)s not as sold.", pieces=counted(wrong, "piece")) if wrong else "",
        _("%(pieces)s besides.", pieces=counted(extra, "piece")) if extra else "",
    )
    return _row(
        _("%(who)s received %(pieces)s", who=who, pieces=counted(pieces, "piece")),
        item["recorded_at"],
        item["received_at"],
        details=" ".join(part for part in notes_of_it if part),
        source=source_words(item["corroboration"], who),
        acts=("receive",),
    )


def _inspection_row(item: dict, who: str) -> dict:
    accepted, rejected = (sum(line[member] for line in item["lines"]) for member in ("accepted", "rejected"))
    details = _("%(num)s accepted.", num=grouped(accepted))
    if rejected:
        details = _(
            "%(accepted)s accepted, %(rejected)s not accepted.", accepted=grouped(accepted), rejected=grouped(rejected)
        )
    return _row(
        _("%(who)s checked %(pieces)s", who=who, pieces=counted(accepted + rejected, "piece")),
        item["recorded_at"],
        details=details,
        source=source_words(item["corroboration"], who),
        acts=("inspect",),
    )


# --- Money and outcome ------------------------------------------------------------------------------------------------


def _money_rows(state: dict, name: NameOf) -> list[dict]:
    seller = name(state["seller"])
    return [
        *(_refund_row(state, item, seller) for item in state["refunds"]),
        *(_word_row(item, seller) for item in state["confirmations"]),
    ]


def _refund_row(state: dict, item: dict, seller: str) -> dict:
    currency, goodwill = state["currency"], item["goodwill_minor"]
    paid = amount(item["amount_minor"] + goodwill, currency)
    gave = _("%(seller)s refunded %(amount)s", seller=seller, amount=paid)
    if state["resolution"] == "store_credit":
        gave = _("%(seller)s gave you store credit of %(amount)s", seller=seller, amount=paid)
    return _row(
        gave,
        item["recorded_at"],
        item["paid_at"],
        details=_("Of that, %(amount)s is a gift.", amount=amount(goodwill, currency)) if goodwill else "",
        source=source_words(item["corroboration"], seller, BY_PAYMENT),
        acts=("refund",),
    )


def _word_row(item: dict, seller: str) -> dict:
    documented = "documented" if item["evidence"] else "claimed"
    if item["by"] == "seller":
        what, who, act = _("%(seller)s answered that it did arrive", seller=seller), seller, "prove"
    else:
        what, who, act = _("You said that it did not arrive"), you(), "confirm"
        if item["arrived"]:
            what = _("You confirmed that all arrived")
    return _row(what, item["recorded_at"], source=source_words(documented, who), acts=(act,))


def _end_rows(state: dict) -> list[dict]:
    rows = []
    for item in state["enforcements"]:
        silent, became = enforcement_words(item, state["currency"])
        what = _("%(silent)s, so %(became)s", silent=silent, became=became)
        rows.append(_row(what, item["recorded_at"], source=marked(_BY_TERMS)))
    ends = [item["recorded_at"] for item in (*state["enforcements"], *state["confirmations"])]
    if state["closed_at"] and state["closed_at"] not in ends:
        rows.append(_row(_("You closed this return"), state["closed_at"]))
    return rows


# --- Late -------------------------------------------------------------------------------------------------------------


def _mark_late(state: dict, rows: list[dict], name: NameOf) -> list[dict]:
    """Marks the rows of late acts; returns rows for acts that have none."""
    more = []
    for late in state["late_acts"]:
        fits = (r for r in rows if r["recorded"] == late["recorded_at"] and late["act"] in r["acts"])
        row = next(fits, None)
        if row is None:
            number = 0 if late["act"] in _BY_BUYER else state["seller"]
            row = _row(_DID[late["act"]](to_buyer(name), number), late["recorded_at"])
            more.append(row)
        row["late_until"] = late["until"]
    return more
