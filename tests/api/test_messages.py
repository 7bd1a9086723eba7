"""Messages between the sides of a return: anchored on chain, for the sides and, from escalation on, the arbitrator."""

import pytest

from ledger_api.client import Client, Problem
from ledger_api.errors import DocumentDamaged
from ledger_api.rules.awards import award, awarded
from ledger_api.rules.hashing import hex_of
from ledger_api.vocabulary import DisputeGround
from tests.acting import KEY_OF
from tests.api.papers import ARBITRATORS, Party, photo, slug

ASKED, ANSWERED = "Where is my refund?", "On its way: bitte prüfen Sie Ihr Konto 🙂"


@pytest.fixture(scope="module")
def talk(world) -> Party:
    """A return whose sides said something to each other."""
    party = Party(world, world.sale().open().approve())
    world.client.say(party.rma_text, 0, ASKED, party.keys["buyer"])
    world.client.say(party.rma_text, 1, ANSWERED, party.keys["seller"])
    return party


def texts(party: Party, who: str) -> list:
    return [item["text"] for item in party.world.client.messages(party.rma_text, party.keys[who])]


@pytest.mark.parametrize("who", ["stranger", "carrier-eu", "inspector"])
def test_nobody_else_reads_them_neither_as_messages_nor_as_documents(talk, who):
    assert slug(talk.messages(who)) == (403, "access-denied")
    for item in talk.world.client.messages(talk.rma_text, talk.keys["buyer"]):
        assert slug(talk.get(who, bytes.fromhex(item["commitment"][2:]))) == (403, "access-denied")


def test_an_inspector_who_names_a_message_as_his_evidence_does_not_get_it(world):
    own = Party(world, world.sale().open().approve())
    world.client.say(own.rma_text, 0, ASKED, own.keys["buyer"])
    message = bytes.fromhex(world.client.messages(own.rma_text, own.keys["buyer"])[0]["commitment"][2:])
    own.sale.send()
    lines = [{"line": 0, "quantity": 1}]
    own.act("receiveGoods", "inspector", returnId=own.rma, participant=4, evidence=message, lines=lines)
    assert slug(own.get("inspector", message)) == (403, "access-denied")
    assert own.listed("inspector") == []


def test_of_what_was_kept_elsewhere_or_never_the_entry_is_shown_without_text(world):
    own = Party(world, world.sale().open())
    own.act("sendMessage", "buyer", returnId=own.rma, participant=0, message=b"\x07" * 32)
    (item,) = own.messages("seller").get_json()["items"]
    assert (item["text"], item["salt"], item["type"]) == (None, None, None)
    assert (item["participant"], item["commitment"]) == (0, "0x" + "07" * 32)


def test_a_message_that_was_not_anchored_is_none(world):
    own = Party(world, world.sale().open())
    own.keep("buyer", ASKED.encode())
    assert own.messages("seller").get_json()["items"] == []


def test_a_message_of_another_return_is_not_shown_in_this_one(world, talk):
    """Its commitment is on chain for all to see; whoever copies it gets no text by that."""
    own = Party(world, world.sale().open())
    copied = talk.world.client.messages(talk.rma_text, talk.keys["buyer"])[1]["commitment"]
    own.act("sendMessage", "buyer", returnId=own.rma, participant=0, message=bytes.fromhex(copied[2:]))
    assert texts(own, "buyer") == [None]


def test_an_erased_return_keeps_its_entries_and_loses_its_texts(world):
    own = Party(world, world.sale().open())
    world.client.say(own.rma_text, 0, ASKED, own.keys["buyer"])
    assert texts(own, "seller") == [ASKED]
    world.ledger.documents.erase(own.rma)
    assert texts(own, "seller") == [None]


def test_the_sides_read_all_of_them_in_order_with_who_and_when(talk):
    for who in ("buyer", "seller"):
        body = talk.messages(who).get_json()
        assert [(item["participant"], item["text"]) for item in body["items"]] == [(0, ASKED), (1, ANSWERED)]
        times = [item["recorded_at"] for item in body["items"]]
        assert times == sorted(times) and times[0] > 1_600_000_000
        assert body["at"]["number"] == talk.world.node.block_number()


def test_a_photo_can_be_a_message(world):
    own = Party(world, world.sale().open())
    kept = own.keep("buyer", photo(), "image/jpeg")
    own.act("sendMessage", "buyer", returnId=own.rma, participant=0, message=kept)
    (item,) = own.messages("seller").get_json()["items"]
    assert (item["type"], item["text"]) == ("image/jpeg", None)
    assert own.get("seller", kept).mimetype == "image/jpeg"


def test_the_client_refuses_a_text_that_was_not_what_was_said(world, talk):
    class Liar:
        """A server that puts other words into somebody's mouth."""

        def request(self, *given, **more):
            answer = world.client.session.request(*given, **more)
            told = answer.json

            def json():
                body = told()
                for item in body.get("items", []):
                    item["text"] = "There is no refund"
                return body

            answer.json = json
            return answer

    with pytest.raises(DocumentDamaged):
        Client("http://127.0.0.1", Liar()).messages(talk.rma_text, talk.keys["buyer"])


def test_a_message_longer_than_a_text_may_be_is_refused_before_it_is_signed(world, talk):
    with pytest.raises(Problem) as caught:
        world.client.say(talk.rma_text, 0, "a" * 20_001, talk.keys["buyer"])
    assert caught.value.slug == "document-too-large"
    assert len(talk.messages("buyer").get_json()["items"]) == 2


def test_the_commitment_shown_is_that_of_the_entry(world, talk):
    with world.ledger.queries.view() as look:
        sent = [e.values["message"] for e in look.entries_of(talk.rma) if e.name == "MessageSent"]
    assert [item["commitment"] for item in talk.messages("buyer").get_json()["items"]] == [hex_of(m) for m in sent]


def test_the_arbitrator_reads_them_from_escalation_on_and_after_he_ruled(world):
    own = Party(world, world.sale().open().by_seller("declineReturn", reason=101))
    world.client.say(own.rma_text, 0, ASKED, own.keys["buyer"])
    line = awarded(0, accepted=1)
    dispute = own.sale.dispute().open(line, ground=DisputeGround.DECLINED).answer()
    judges = [KEY_OF[number] for number in ARBITRATORS]
    assert {slug(own.messages(judge)) for judge in judges} == {(403, "access-denied")}
    dispute.escalate()
    drawn = KEY_OF[dispute.state["arbitrator"]]
    assert [judge for judge in judges if own.messages(judge).status_code == 200] == [drawn]
    assert texts(own, drawn) == [ASKED]
    world.chain.time_travel(dispute.state["evidence_until"] + 1)
    dispute.rule(award(line))
    assert [judge for judge in judges if own.messages(judge).status_code == 200] == [drawn]
