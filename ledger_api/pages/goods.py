"""What is sent back, and the parcels on their way, as rows in words. Pure."""

from ledger_api.pages.wording import person, source_words
from ledger_api.rules.dispute_words import ALL_BASIS_POINTS
from ledger_api.rules.times import DAY_S, counted
from ledger_api.rules.wording import NameOf, grade_words, happened, incident_words, percent, reason_words
from ledger_api.texts import _, grouped, mark, marked, ngettext
from ledger_api.vocabulary import Incident

# --- Lines ------------------------------------------------------------------------------------------------------------


def line_rows(state: dict, articles: list[str] | None = None) -> list[dict]:
    """[{title, reason, facts, disputed}]: each line with sentences about its pieces, if there are any.

    `articles` names all lines of the receipt, for a reader who may know them.
    """
    return [
        {
            "title": _title(line, articles),
            "reason": reason_words(line["reason"]),
            "facts": _facts(state, line),
            "disputed": line["disputed"],
        }
        for line in state["lines"]
    ]


def _title(line: dict, articles: list[str] | None) -> str:
    item, pieces = line["line"] + 1, counted(line["requested"], "piece")  # People count from one.
    if articles is None:
        return _("Item %(item)s: %(pieces)s", item=item, pieces=pieces)
    article = articles[line["line"]]
    return _("Item %(item)s, %(article)s: %(pieces)s", item=item, article=article, pieces=pieces)


def _facts(state: dict, line: dict) -> list[str]:
    facts = []
    approved = line["expected"] + line["short"]
    if line["final_sale"]:
        facts.append(_("Sold as final."))
    if line["exception"] is not None:
        refused = line["requested"] - approved
        reason = reason_words(line["exception"])
        facts.append(_("%(num)s not approved. The reason: %(reason)s.", num=grouped(refused), reason=reason))
    if line["received"] and not state["returnless"]:
        facts.append(_("%(num)s received.", num=grouped(line["received"])))
    if line["short"]:
        facts.append(_("%(num)s did not arrive.", num=grouped(line["short"])))
    if line["accepted"]:
        facts.append(_("%(num)s accepted.", num=grouped(line["accepted"])))
    if line["rejected"]:
        facts.append(_("%(num)s not accepted.", num=grouped(line["rejected"])))
    if line["grade"]:
        facts.append(_("Condition: %(grade)s.", grade=grade_words(line["grade"])))
    if line["disputed"]:
        facts.append(_("The dispute alone decides about it."))
    if line["decided_by_dispute"]:
        return facts + _awarded(state, line)
    return facts + [_worn_words(*worn) for worn in _worn(state, line)]


def _worn_words(pieces: int, less: int) -> str:
    return _("%(num)s worth %(part)s less, because used.", num=grouped(pieces), part=percent(less))


def _awarded(state: dict, line: dict) -> list[str]:
    """What a dispute that ended says about a line."""
    found = (item for dispute in state["disputes"] for item in (dispute["applied"] or {}).get("lines", ()))
    mine = [item for item in found if item["line"] == line["line"]]
    if not mine:
        return [_("A dispute about it has ended; it stays as it was.")]
    if not mine[-1]["accepted"]:
        return [_("A dispute has decided about it.")]
    at = mine[-1]["award_basis_points"]
    if at == ALL_BASIS_POINTS:
        return [_("It counts in full, as a dispute decided.")]
    return [_("It counts at %(part)s of its price, as a dispute decided.", part=percent(at))]


def _worn(state: dict, line: dict) -> list[tuple[int, int]]:
    """(pieces, basis points) of each inspection that found the accepted pieces of a line worth less."""
    found = (item for inspection in state["inspections"] for item in inspection["lines"])
    mine = (item for item in found if item["line"] == line["line"] and item["accepted"])
    return [(i["accepted"], i["diminishedBasisPoints"]) for i in mine if i["diminishedBasisPoints"]]


# --- Parcels ----------------------------------------------------------------------------------------------------------

PURPOSES = {
    "replacement": mark("%(parcel)s: your replacement"),
    "repaired": mark("%(parcel)s: your repaired goods"),
    "goods_given_back": mark("%(parcel)s: goods on their way back to you"),
}


def purpose_words(purpose: str, parcel: str) -> str:
    """What is named, and what is in it where that is not simply what goes back."""
    return marked(PURPOSES[purpose], parcel=parcel) if purpose in PURPOSES else parcel


def parcel_rows(state: dict, name: NameOf) -> list[dict]:
    """Parcels, the newest on top, each with its timeline, the newest on top."""
    count = len(state["parcels"])
    rows = []
    for number, parcel in reversed(list(enumerate(state["parcels"], 1))):
        carrier = name(parcel["carrier"])
        title = _("Parcel %(number)s, %(carrier)s", number=number, carrier=carrier) if count > 1 else carrier
        rows.append(
            {
                "parcel_id": parcel["parcel_id"],
                "title": purpose_words(parcel["purpose"], title),
                "timeline": [timeline_row(item, carrier, name) for item in reversed(parcel["checkpoints"])],
                "added_at": parcel["added_at"],
                "added_by": person(parcel["added_by"], name),
            }
        )
    return rows


def timeline_row(item: dict, carrier: str, name: NameOf) -> dict:
    """One checkpoint in words; `recorded_at` only where it differs from the claimed time by more than a day."""
    differs = abs(item["recorded_at"] - item["occurred_at"]) > DAY_S
    return {
        "id": f"{item['occurred_at']}-{item['kind']}-{item['incident']}-{item['country']}-{item['code']}",
        "occurred_at": item["occurred_at"],
        "recorded_at": item["recorded_at"] if differs else None,
        "country": item["country"],
        "what": happened(item),
        "why": incident_words(Incident[item["incident"].upper()]),
        "code": "" if item["kind"] == "unknown" else item["code"],  # It stands in `what` already.
        "source": reported_words(item, carrier, name),
    }


def reported_words(item: dict, carrier: str, name: NameOf) -> str:
    """Who reports a checkpoint, how well it is supported, for whom, how often."""
    words = [source_words(item["corroboration"], carrier)]
    if item["performer"]:
        words.append(_("done by %(who)s", who=name(item["performer"])))
    if item["reported"] > 1:
        words.append(ngettext("reported %(num)s time", "reported %(num)s times", item["reported"]))
    return ", ".join(words)
