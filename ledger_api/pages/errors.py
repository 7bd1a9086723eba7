"""What a problem's `type` leads to: the problem in words."""

from flask import render_template

from ledger_api import artefacts
from ledger_api.errors import LedgerError, NotFound, slug_of, words_of
from ledger_api.pages.common import pages_blueprint
from ledger_api.texts import _

blueprint = pages_blueprint("errors")


@blueprint.get("/errors/<slug>")
def show_error(slug: str):
    """One kind of problem."""
    heading, values = _known().get(slug, (None, ()))
    if heading is None:
        raise NotFound(f"There is no kind of problem {slug}")
    advice = _("The answer's `detail` says what to do.")
    if values:
        given = _("The answer's `arguments` give %(names)s.", names=", ".join(values))
        advice = f"{given} {advice}"
    return render_template("error.html", heading=heading, heading_is_english=True, advice=advice, asks=False)


def _known() -> dict[str, tuple]:
    """Title and names of the values, by slug."""
    found = {kind.slug: (kind.title, ()) for kind in _subclasses(LedgerError) if "slug" in vars(kind)}
    for _file, item in artefacts.abi_items("error"):
        found[slug_of(item["name"])] = (words_of(item["name"]), [value["name"] for value in item["inputs"]])
    return found


def _subclasses(kind: type) -> list[type]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in _subclasses(below))]
