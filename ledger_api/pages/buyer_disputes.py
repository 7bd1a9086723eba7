"""What a buyer does in a dispute, in plain words: open, answer, propose, agree, show, go on, appeal, take back."""

from decimal import Decimal, InvalidOperation

from ledger_api.errors import InvalidField
from ledger_api.pages import buying, claims
from ledger_api.pages.acts import Row
from ledger_api.pages.buyer_forms import BUYER, NOTHING, Act, Field, Filled, photos_field, words_field
from ledger_api.pages.common import ledger
from ledger_api.pages.disputed import open_dispute
from ledger_api.pages.offered import standing_offer
from ledger_api.pages.wording import total
from ledger_api.rules import awards
from ledger_api.rules.amounts import DEFAULT_DECIMALS, amount
from ledger_api.rules.dispute_words import EVIDENCE, award_words
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.purchase import purchase_of
from ledger_api.rules.requests import to_json
from ledger_api.rules.return_case import case_of
from ledger_api.rules.times import counted
from ledger_api.rules.wording import percent
from ledger_api.texts import _, mark, marked
from ledger_api.vocabulary import CURRENCY_DECIMALS, DisputeGround, EvidenceKind

PERCENT = 100  # basis points
ALL_PERCENT = 100
LARGEST_MINOR = 2**48 - 1
EVIDENCE_KINDS = (  # what a buyer may have, the likeliest first
    "item_description",
    "proof_of_return",
    "delivery_receipt",
    "proof_of_shipment_postage",
    "proof_of_damage",
    "proof_of_significant_difference",
    "return_tracking_information",
    "correspondence",
    "third_party_proof",
    "customs_document",
    "other",
)

GROUNDS = {  # as a buyer chooses among them
    "refund_short": mark("Too little was paid back"),
    "not_paid": mark("The money did not come"),
    "inspection": mark("How the goods were judged"),
    "parcel_lost": mark("A parcel was lost"),
    "delivery_denied": mark("Whether a parcel arrived"),
    "wrong_goods": mark("Other goods came than were sent"),
    "declined": mark("The return should have been approved"),
    "other": mark("Something else"),
}


def _dispute(filled: Filled) -> dict:
    return open_dispute(filled.state)


def _by_buyer(filled: Filled, action: str, **given) -> tuple:
    request = {"dispute": bytes_of(_dispute(filled)["dispute_id"]), "participant": BUYER, **given}
    return action, request


# --- What one claims or proposes --------------------------------------------------------------------------------------


def _money(filled: Filled, name: str) -> int:
    """An amount of money in minor units, with a point or a comma; 0 where nothing is given."""
    text = filled.form.get(name, "").strip().replace(" ", "").replace(",", ".")
    if not text:
        return 0
    places = CURRENCY_DECIMALS.get(filled.state["currency"], DEFAULT_DECIMALS)
    try:
        minor = Decimal(text).scaleb(places)
        if not 0 <= minor <= LARGEST_MINOR or minor != minor.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        filled.errors.add(name, _("Enter an amount such as 12.50, or leave it empty."))
        return 0
    return int(minor)


def _share(filled: Filled) -> int:
    """Basis points of the price of the items."""
    return filled.errors.whole(filled.form, "share", 0, ALL_PERCENT) * PERCENT


def _shown(filled: Filled, award: dict) -> dict:
    """The award, with rows of what it gives; an error where it could not take effect."""
    currency, entries_of = filled.state["currency"], filled.look.entries_of
    try:
        filled.rows += claims.meaning(filled.return_id, award, currency, _("Then due to you"), entries_of)
    except InvalidField:
        filled.errors.add("said", _("That cannot be claimed any more: the return has gone on meanwhile."))
    return award


def _claimed_line(line: dict, sent: bool, share: int) -> dict:
    """All pieces of a line: as if accepted where they were sent, else to be sent still."""
    if sent:
        return awards.awarded(line["line"], accepted=line["requested"], basis_points=share)
    waits = line["requested"] - line["accepted"]
    return awards.awarded(line["line"], accepted=line["accepted"], awaited=waits, basis_points=share)


def _claim(filled: Filled, ground: DisputeGround) -> dict:
    state, chosen = filled.state, filled.form.get("lines", [])
    sent = bool(state["parcels"] or state["returnless"] or total(state, "received"))
    share, extra = _share(filled), _money(filled, "extra")
    lines = [_claimed_line(line, sent, share) for line in state["lines"] if str(line["line"]) in chosen]
    unpaid = 0
    if ground is DisputeGround.NOT_PAID:
        case = case_of(filled.return_id, filled.look.entries_of)
        unpaid = case.refunded_minor - case.escrowed_minor
    if not (lines or extra or unpaid):
        filled.errors.add("lines", _("Choose what it is about, or enter an amount."))
    return awards.award(*lines, extra_minor=extra, unpaid_minor=unpaid)


# --- The acts ---------------------------------------------------------------------------------------------------------


def _open_fields(state: dict, look) -> list[Field]:
    grounds = [(str(int(DisputeGround[handle.upper()])), marked(words)) for handle, words in GROUNDS.items()]
    kept = ledger().sales.get(bytes_of(state["receipt"]))
    names = buying.article_names(purchase_of(bytes_of(state["receipt"]), look.entries_of), kept)
    lines = [
        (str(line["line"]), f"{names[line['line']]}, {counted(line['requested'], 'piece')}")
        for line in state["lines"]
        if not line["decided_by_dispute"]
    ]
    return [
        Field("ground", _("What is it about?"), "choice", choices=tuple(grounds)),
        Field("lines", _("Which items?"), "checks", choices=tuple(lines)),
        Field("share", _("How much of their price should you get, in percent?"), "number", value=str(ALL_PERCENT)),
        Field(
            "extra",
            _("Anything besides, such as postage that you paid?"),
            "text",
            _("In %(currency)s.", currency=state["currency"]),
        ),
        words_field(_("What happened, in your words")),
        Field("seed", "", "hash", value=hex_of(claims.next_dispute(state))),
    ]


def _read_open(filled: Filled) -> list:
    ground = claims.ground_of(filled.form, filled.errors, [ground for ground in DisputeGround if ground])
    claim = _claim(filled, ground)
    if not filled.errors:
        filled.rows.append(Row(_("What it is about"), marked(GROUNDS[ground.name.lower()])))
        _shown(filled, claim)
    statement = filled.words(needed=True, prompt=_("Write what happened."))
    return [claims.opening(filled.state, BUYER, ground, claim, statement, filled.seed())]


def _answer_fields(state: dict, look) -> list[Field]:
    return [words_field(_("What you say to it")), Field("seed", "", "new")]


def _read_answer(filled: Filled) -> list:
    statement = filled.words(needed=True, prompt=_("Write what you say to it."))
    return [_by_buyer(filled, "answerDispute", statement=statement, seed=filled.seed())]


def _offer_fields(state: dict, look) -> list[Field]:
    return [
        Field("share", _("How much of the items’ price would settle it for you, in percent?"), "number"),
        Field(
            "extra",
            _("Anything besides, such as postage that you paid?"),
            "text",
            _("In %(currency)s.", currency=state["currency"]),
        ),
        words_field(_("A word to the seller, if you like")),
    ]


def _read_offer(filled: Filled) -> list:
    claim = _claim_of(filled)
    share = _share(filled)
    lines = [{**line, "awardBasisPoints": share} for line in claim["lines"]]
    award = {**claim, "extraMinor": _money(filled, "extra"), "lines": lines}
    filled.rows.append(Row(_("Your proposal"), percent(share)))
    if not filled.errors:
        _shown(filled, award)
    return [_by_buyer(filled, "makeOffer", statement=filled.words(), award=award)]


def _claim_of(filled: Filled) -> dict:
    """In the contract's words."""
    wanted = bytes_of(_dispute(filled)["dispute_id"])
    entries = filled.look.entries_of(filled.return_id)
    begun = next(e for e in entries if e.name == "DisputeBegun" and e.values["dispute"] == wanted)
    return to_json(begun.values["claim"])


def _read_settle(filled: Filled) -> list:
    dispute = _dispute(filled)
    found, currency = standing_offer(dispute), filled.state["currency"]
    if found == "claim":
        opened = next(e for e in filled.look.entries_of(bytes_of(dispute["dispute_id"])) if e.name == "DisputeOpened")
        award, due, offer = dispute["claim"], dispute["effects"]["claim_minor"], opened.request
    else:
        award = next(item["award"] for item in dispute["offers"] if item["offer"] == found)
        due, offer = dispute["effects"]["seller_offer_minor"], bytes_of(found)
    filled.rows.append(Row(_("What that means"), " ".join(award_words(award, currency))))
    filled.rows.append(Row(_("Then due to you"), amount(due, currency)))
    return [_by_buyer(filled, "acceptOffer", offer=offer)]


def _evidence_fields(state: dict, look) -> list[Field]:
    kinds = [(str(int(EvidenceKind[kind.upper()])), marked(EVIDENCE[kind])) for kind in EVIDENCE_KINDS]
    return [
        Field("kind", _("What does it show?"), "choice", choices=tuple(kinds)),
        photos_field(),
        words_field(_("Or in words")),
    ]


def _read_evidence(filled: Filled) -> list:
    kinds = {str(int(EvidenceKind[kind.upper()])): marked(EVIDENCE[kind]) for kind in EVIDENCE_KINDS}
    kind = filled.form.get("kind", "")
    if kind not in kinds:
        filled.errors.add("kind", _("Choose what it shows."))
        return []
    filled.rows.append(Row(_("What it shows"), kinds[kind]))
    documents = [document for document in (filled.photos(), filled.words()) if document != NOTHING]
    if not documents:
        filled.errors.add("photos", _("Add a photo or a document, or write it down."))
    return [_by_buyer(filled, "submitEvidence", kind=int(kind), document=document) for document in documents]


def _escalate_fields(state: dict, look) -> list[Field]:
    return [Field("seed", "", "show", value=open_dispute(state)["dispute_id"] if open_dispute(state) else "")]


def _read_escalate(filled: Filled) -> list:
    return [_by_buyer(filled, "escalateDispute", seed=filled.seed())]


def _read_appeal(filled: Filled) -> list:
    statement = filled.words(needed=True, prompt=_("Write what is wrong with the ruling."))
    return [_by_buyer(filled, "appealRuling", statement=statement)]


def _read_withdraw(filled: Filled) -> list:
    return [_by_buyer(filled, "withdrawDispute")]


def _no_fields(state: dict, look) -> list:
    return []


DISPUTE_ACTS = {
    "dispute": Act(
        lambda state, name: _("What do you not agree with?"),
        _open_fields,
        _read_open,
        lambda state, name: _("Open the dispute"),
        lambda state, name: _(
            "%(seller)s answers first. If you two do not agree, you can ask for an arbitrator whom neither of you"
            " chose.",
            seller=name(state["seller"]),
        ),
    ),
    "answer-dispute": Act(
        lambda state, name: _("Answer the dispute of %(seller)s", seller=name(state["seller"])),
        _answer_fields,
        _read_answer,
        lambda state, name: _("Send the answer"),
        lambda state, name: _("Your words are for %(seller)s, and for an arbitrator.", seller=name(state["seller"])),
    ),
    "settle": Act(
        lambda state, name: _("Accept what %(seller)s proposes?", seller=name(state["seller"])),
        _no_fields,
        _read_settle,
        lambda state, name: _("Accept it"),
        lambda state, name: _("With this the dispute ends, and what you agreed on holds."),
    ),
    "offer": Act(
        lambda state, name: _("How would you settle it?"),
        _offer_fields,
        _read_offer,
        lambda state, name: _("Propose it to %(seller)s", seller=name(state["seller"])),
        lambda state, name: _("If %(seller)s accepts, the dispute ends with it.", seller=name(state["seller"])),
    ),
    "evidence": Act(
        lambda state, name: _("What do you want to show?"),
        _evidence_fields,
        _read_evidence,
        lambda state, name: _("Bring it as evidence"),
        lambda state, name: _(
            "%(seller)s and the arbitrator see it. It cannot be taken back.", seller=name(state["seller"])
        ),
    ),
    "escalate": Act(
        lambda state, name: _("Ask for an arbitrator?"),
        _escalate_fields,
        _read_escalate,
        lambda state, name: _("Ask for an arbitrator"),
        lambda state, name: _("One is drawn by lot. Both sides can then bring evidence, until a day that is shown."),
    ),
    "appeal": Act(
        lambda state, name: _("What is wrong with the ruling?"),
        lambda state, look: [words_field(_("Your reasons"))],
        _read_appeal,
        lambda state, name: _("Appeal"),
        lambda state, name: _("A panel of three then decides, and its ruling is final."),
    ),
    "withdraw": Act(
        lambda state, name: _("Take the dispute back?"),
        _no_fields,
        _read_withdraw,
        lambda state, name: _("Take it back"),
        lambda state, name: _("Everything is then as it was before the dispute."),
    ),
}
