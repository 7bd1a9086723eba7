"""Keys in a real browser: made there, kept there, and what they sign is recorded."""

import gzip
import secrets
import time

import pytest

from ledger_api import recovery
from ledger_api.demo import signed_receipt, sold
from ledger_api.rules.hashing import bytes_of, hex_of
from ledger_api.rules.ids import return_id
from ledger_api.rules.requests import to_json
from ledger_api.rules.signatures import P256Key

PASSPHRASE = "four words and a number 7"
CHECK_LIMIT_BYTES = 60_000

LOAD = """const load = (name) => import(`/static/js/${name}.js`);
const [keys, requests, post, check, bytes] =
  await Promise.all(["keys", "requests", "post", "check", "bytes"].map(load));
const chain = await post.ask("/chain");
"""


@pytest.fixture(scope="module")
def page(browser, server):
    context = browser.new_context()
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("request", lambda asked: opened.complaints.append(asked.url) if server.url not in asked.url else None)
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    yield opened
    context.close()


def run(page, script: str, *given):
    """What a script of a page returns; its own arguments are `given`."""
    return page.evaluate(f"async (given) => {{ {LOAD} {script} }}", list(given))


@pytest.fixture(scope="module")
def buyer(page, server) -> dict:
    """A buyer who came with a claim link, made a key, bound the receipt to it and asked to return the coat."""
    claim_key = P256Key()
    sale = {"soldAt": int(time.time()), "order": secrets.token_bytes(32), "lines": [sold(1, 10_439, 2_401)]}
    separator = server.client.separator("ReturnLedger")
    digest, receipt = signed_receipt(claim_key, server.key("seller").key, separator, **sale)
    asked = {"receipt": hex_of(digest), "number": 1, "kind": 2, "resolution": 1, "deliveredAt": sale["soldAt"]}
    script = """
      const [secret, receipt, digest, asked] = given;
      const key = await keys.makeKey(`receipt ${digest}`);
      const link = await keys.signerOfSecret(bytes.bytesOf(secret));
      const claim = await requests.sign("claim", { receipt: digest, buyer: key.address }, link, chain, { receipt });
      await post.recorded((await post.post(claim)).id);
      const opening = await requests.sign("openReturn", asked, key, chain);
      const status = await post.recorded((await post.post(opening)).id);
      return { address: key.address, name: key.name, status };
    """
    asked["lines"] = [{"line": 0, "quantity": 1, "reason": 3}]
    made = run(page, script, hex_of(claim_key.secret), to_json(receipt), hex_of(digest), asked)
    return {**made, "return_id": hex_of(return_id(digest, 1))}


def test_what_a_key_of_the_browser_signs_is_recorded(server, buyer):
    state = server.client.get(f"/api/v1/returns/{buyer['return_id']}")
    assert state["buyer"] == buyer["address"]
    assert buyer["status"]["state"] == "recorded"
    entries = server.client.get(f"/api/v1/returns/{buyer['return_id']}/entries")["entries"]
    opened = next(item for item in entries if item["name"] == "ReturnOpened" and item["subject"] == buyer["return_id"])
    assert opened["request_digest"] == buyer["status"]["request_digest"]


def test_the_key_is_there_after_a_reload_and_signs(page, server, buyer):
    page.reload()
    script = """
      const [name, returnId] = given;
      const key = await keys.loadKey(name);
      const signed = await requests.sign("cancelReturn", { returnId }, key, chain);
      await post.recorded((await post.post(signed)).id);
      return { address: key.address, names: await keys.keyNames() };
    """
    made = run(page, script, buyer["name"], buyer["return_id"])
    assert made["address"] == buyer["address"]
    assert buyer["name"] in made["names"]
    assert server.client.get(f"/api/v1/returns/{buyer['return_id']}")["status"] == "cancelled"


def test_nothing_copies_the_key_out_of_the_browser(page, buyer):
    script = """
      const opening = indexedDB.open("return-ledger-keys");
      const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
      const database = await done(opening);
      const held = await done(database.transaction("keys").objectStore("keys").get(given[0]));
      database.close();
      const refused = await Promise.all(["jwk", "pkcs8"].map((format) =>
        crypto.subtle.exportKey(format, held.privateKey).then(() => "given", (error) => error.name)));
      return { extractable: held.privateKey.extractable, refused };
    """
    assert run(page, script, buyer["name"]) == {"extractable": False, "refused": ["InvalidAccessError"] * 2}


def test_a_name_that_is_taken_keeps_its_key(page, buyer):
    script = """
      const error = await keys.makeKey(given[0]).then(() => "made", (error) => error.name);
      return [error, (await keys.loadKey(given[0])).address, await keys.loadKey("nobody")];
    """
    assert run(page, script, buyer["name"]) == ["ConstraintError", buyer["address"], None]


def test_a_recovery_file_brings_the_key_back(page, tmp_path):
    script = """
      const { key, file } = await keys.makeKeyWithRecovery("dear", given[0]);
      await keys.forgetKey("dear");
      const gone = await keys.loadKey("dear");
      const back = await keys.restoreKey("dear", file, given[0]);
      const digest = new Uint8Array(32).fill(7);
      return { file, gone, address: key.address, back: back.address, signature: bytes.hexOf(await back.sign(digest)) };
    """
    made = run(page, script, PASSPHRASE)
    path = tmp_path / "recovery.json"
    path.write_text(made["file"])
    key = recovery.restore(path, PASSPHRASE)
    assert (made["gone"], made["back"], hex_of(key.address)) == (None, made["address"], made["address"])
    assert bytes_of(made["signature"])[:64] == key.public


def test_a_server_problem_has_its_slug(page, buyer):
    script = """
      const key = await keys.loadKey(given[0]);
      const signed = await requests.sign("cancelReturn", { returnId: given[1] }, key, chain);
      return post.post(signed).then(() => null, (error) => [error.name, error.status, error.slug !== ""]);
    """
    name, status, has_slug = run(page, script, buyer["name"], buyer["return_id"])
    assert (name, has_slug) == ("Problem", True)
    assert 400 <= status < 500


def test_the_browser_checks_a_return_and_remembers_it(page, server):
    script = """
      const report = await check.checkReturn(given[0]);
      const seen = Object.keys(localStorage).filter((name) => name.endsWith(given[0]) && name.includes(".0x"));
      return { report, seen };
    """
    made = run(page, script, server.demo_return)
    assert made["report"]["wrong"] == []
    assert made["report"]["verified"]
    name = next(item for item in made["seen"] if chain_contract(server, "ReturnLedger") in item)
    forget = "localStorage.setItem(given[1], JSON.stringify({ head: '0x12', entries: 99, block: 3 }));"
    wrong = run(page, forget + "return (await check.checkReturn(given[0])).wrong;", server.demo_return, name)
    assert [item["what"] for item in wrong] == ["memory"]
    page.evaluate("localStorage.clear()")


def chain_contract(server, name: str) -> str:
    return server.client.chain["contracts"][name]


def test_what_a_page_loads_to_check_is_small(page, server):
    context = page.context.browser.new_context()
    opened = context.new_page()
    answers = []
    opened.on("response", lambda answer: answers.append(answer))
    opened.goto(f"{server.url}/returns/{server.demo_return}")
    script = "async (id) => (await (await import('/static/js/check.js')).checkReturn(id)).verified"
    assert opened.evaluate(script, server.demo_return)
    loaded = {answer.url: answer.body() for answer in answers if "/static/js/" in answer.url}
    assert sum(len(gzip.compress(body, 9)) for body in loaded.values()) <= CHECK_LIMIT_BYTES
    context.close()


def test_nothing_complained_and_nothing_left_the_site(page, buyer):
    allowed = "Failed to load resource: the server responded with a status of 4"
    assert [text for text in page.complaints if not text.startswith(allowed)] == []
