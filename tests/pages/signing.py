"""What a browser does with a page that is signed: it reads what the page holds, signs it, and posts it."""

import html
import json
import re

from ledger_api.rules.hashing import hex_of
from ledger_api.rules.requests import actions, parse_struct
from tests.acting import NOUN_OF

ORIGIN = {"Origin": "http://localhost"}
TO_SIGN = re.compile(r'<script type="application/json" id="to-sign">(.*?)</script>', re.S)


def words_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def signed_of(answer) -> dict:
    """What the page would have signed."""
    found = TO_SIGN.search(answer.get_data(as_text=True))
    assert found, words_of(answer)
    return json.loads(found[1])


def recorded(scene, answer, key):
    """Signs all that a check page holds, and waits until it is recorded; the page."""
    signed = signed_of(answer)
    assert signed["actor"] == hex_of(key.address)
    for item in signed["requests"]:
        action = next(found for (_, known), found in actions().items() if known == item["action"])
        scene.post(
            NOUN_OF[item["action"]], item["action"], parse_struct(action.fields, item["request"], "request"), key
        )
    return answer


def kept(scene, sale, text: str, by: int = 0) -> str:
    """A text as the browser of a participant keeps it, 0 = the buyer; its commitment."""
    return hex_of(scene.world.ledger.documents.keep(sale.rma, text.encode(), "text/plain", by).listed.commitment)
