"""Acts: what somebody is about to sign, shown before he does. The browser signs exactly what the page holds.

A form is sent to its route, which checks it and answers with the form again and its errors, or with `to_sign`: a page
that says in words what will be signed, and holds the requests as JSON for `static/js/act.js`. That asks the key that
this browser keeps, posts the signed requests one after another, waits until they are recorded, and goes on to `then`.
"""

from dataclasses import dataclass, field

from flask import Response, make_response, render_template

from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import to_json
from ledger_api.texts import _


@dataclass(frozen=True)
class Row:
    """One line of what is signed, in words; `change` is where it can be changed."""

    term: str
    words: str
    change: str = ""


@dataclass(frozen=True)
class ToSign:
    """Requests of one actor, in their order, and the words for them."""

    actor: bytes
    requests: list  # (action, request with values as in rules.requests)
    heading: str
    rows: list[Row]
    button: str  # what it does: "Send the request to Nord Outdoor"
    then: str  # address of the page that says what happens next
    commits: str = ""  # what one commits to, beside the button
    back: str = ""  # address of the form
    return_id: str = ""  # of the return that it is about, if there is one: the page has its check mark
    extra: dict = field(default_factory=dict)  # for the template: an effect, a sum
    # A signed receipt for a claim, documents: for modules that add something of their own.
    with_it: dict = field(default_factory=dict)

    def to_json(self) -> dict:
        """As act.js reads it."""
        requests = [{"action": action, "request": to_json(request)} for action, request in self.requests]
        return {"actor": hex_of(self.actor), "requests": requests, "then": self.then, **self.with_it}


def sign_page(to_sign: ToSign, template: str = "acts/check.html", **more) -> Response:
    """The page on which a person checks and signs."""
    return make_response(render_template(template, act=to_sign, **to_sign.extra, **more))


@dataclass
class Errors:
    """What is wrong with a form, by field; the summary links to the fields."""

    found: dict = field(default_factory=dict)  # name of the field → what to do

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, name: str, words: str) -> None:
        """The first error of a field stands."""
        self.found.setdefault(name, words)

    def needs(self, form, name: str, words: str) -> str:
        """The text of a field that may not be empty."""
        value = form.get(name, "").strip()
        if not value:
            self.add(name, words)
        return value

    def whole(self, form, name: str, least: int, most: int) -> int:
        """A whole number within bounds; `least` where there is an error."""
        text = form.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 16 and least <= int(text) <= most:
            return int(text)
        if least == most:
            self.add(name, _("Enter %(number)s.", number=least))
        else:
            self.add(name, _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
        return least


def form_page(template: str, errors: Errors, **values) -> Response:
    """A form, again with what was typed if something is wrong with it: status 422 then, so that nothing takes it."""
    page = render_template(template, errors=errors.found, **values)
    return make_response(page, 422 if errors else 200)
