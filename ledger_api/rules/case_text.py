"""A case file as plain text for a terminal. Pure."""

import textwrap

from ledger_api.rules.amounts import amount, figures
from ledger_api.rules.times import DAY_S, moment

WIDTH = 78


def case_text(case: dict) -> str:
    """All of a case file, section after section."""
    sections = (
        _top(case),
        _section("What each side says", _claims(case)),
        _section("What it is about in money", _money(case)),
        _section("Who pays?", _paragraphs(case["costs"] + case["risks"])),
        _section("Who has to show what?", _paragraphs(case["burden"])),
        _section("By when?", _deadlines(case)),
        _section("Who decides, and why nobody could choose", _draw(case)),
        _section("What happened", _facts(case)),
        _section("What this file rests on", _paragraphs(case["outside"])),
    )
    return "\n\n".join("\n".join(lines) for lines in sections)


def _section(title: str, lines: list[str]) -> list[str]:
    return [title.upper(), *lines]


def _wrapped(text: str, indent: str = "  ", first: str | None = None) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent)


def _paragraphs(words) -> list[str]:
    return [line for text in words for line in _wrapped(text)]


def _top(case: dict) -> list[str]:
    dispute, turn, ending = case["dispute"], case["turn"], case["ending"]
    lines = [f"Case file of dispute {dispute['dispute_id']}", f"over return {dispute['return_id']}", ""]
    lines += _wrapped(" ".join(case["standing"]), "")
    if turn["who"]:
        lines += _wrapped(_turn_words(turn), "")
    if ending is not None:
        by = f" The last day: {moment(ending['pay_until'])}." if ending["open"] else ""
        lines += _wrapped(ending["words"] + by, "")
    return lines + _wrapped(case["contested"], "")


def _turn_words(turn: dict) -> str:
    start = f" Not before {moment(turn['start'])}." if turn["start"] else ""
    has = "have" if turn["plural"] else "has"
    then = f" If not, from {moment(turn['enforceable_at'])} on: {turn['then']}."
    return f"{turn['who']} {has} until {moment(turn['until'])} to {turn['act']}.{start}{then}"


def _claims(case: dict) -> list[str]:
    currency, lines = case["dispute"]["currency"], []
    for side, who in (("buyer", "The buyer"), ("seller", case["seller"])):
        lines.append(f"  {who}")
        lines += [line for item in case["claims"][side] for line in _claim(item, currency)] or ["    Nothing yet."]
    for ruling in case["rulings"]:
        lines += _wrapped(f"Ruling of {ruling['title']}, {moment(ruling['at'])}: {ruling['words']}{_document(ruling)}")
    return lines


def _claim(item: dict, currency: str) -> list[str]:
    note = f" ({item['note']})" if item["note"] else ""
    due = "" if item["minor"] is None else f" {amount(item['minor'], currency)} would still be due to the buyer."
    words = f" {' '.join(item['words'])}" if item["words"] else ""
    text = f"{item['title']}{note}, fact {item['fact']}.{due}{words}{_document(item)}"
    return _wrapped(text, "      ", "    - ")


def _document(item: dict) -> str:
    return f" Document {item['document']}." if item["document"] else ""


def _money(case: dict) -> list[str]:
    currency = case["dispute"]["currency"]
    lines = [f"  Still due to the buyer, in {currency}"]
    lines += [f"    {row['label']:<42}{figures(row['minor'], currency):>14}" for row in case["outcomes"]]
    if case["comparison"] is None:
        return lines
    lines += [f"  {case['comparison']['title']}"]
    for row in case["comparison"]["rows"]:
        before, after = figures(row["before"], currency), figures(row["after"], currency)
        lines.append(f"    {row['label']:<42}{before:>14}{after:>14}")
    return lines


def _deadlines(case: dict) -> list[str]:
    return [f"  {what:<38}{how}" for what, how in case["deadlines"]]


def _draw(case: dict) -> list[str]:
    draw = case["draw"]
    lines = _paragraphs(draw["words"])
    lines += _wrapped(f"Who could be drawn: {', '.join(draw['eligible']) or 'nobody'}.")
    numbers = (
        (f"Seal that {draw['opener']} gave", draw["seal"]),
        (f"Number that {draw['other']} gave", draw["other_seed"]),
        (f"Number that {draw['opener']} showed", draw["opener_seed"]),
        ("Lot of the two", draw["lot"]),
    )
    lines += [line for label, value in numbers if value for line in (f"  {label}:", f"    {value}")]
    lines += _wrapped(draw["drawn"]) if draw["drawn"] else []
    return lines + [f"  {item['name']}: {item['how']}, since {moment(item['since'])}" for item in draw["assignments"]]


def _facts(case: dict) -> list[str]:
    return [line for fact in case["facts"] for line in _fact(fact)]


def _fact(fact) -> list[str]:
    late = f" Late: it was due by {moment(fact.late_until)}." if fact.late_until else ""
    until = f" {fact.until_words} {moment(fact.until)}." if fact.until else ""
    written = f", written down on {moment(fact.recorded_at)}" if abs(fact.recorded_at - fact.at) > DAY_S else ""
    document = f" Document {fact.document}." if fact.document else ""
    return [
        *_wrapped(f"{moment(fact.at)}{written}", "       ", f"  {fact.number:>3}. "),
        *_wrapped(f"{fact.what}.{' ' if fact.details else ''}{fact.details}{until}{late}", "       "),
        *_wrapped(f"{fact.signed}. {fact.corroboration}{document}", "       "),
        *(_wrapped(fact.terms, "       ") if fact.terms else ()),
        f"       Check: {fact.check}",
    ]
