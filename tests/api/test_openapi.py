"""The API's description says what the API does."""

import copy
import re

import jsonschema
import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from ledger_api import api
from ledger_api.api.openapi import document
from ledger_api.api.requests import NOUNS
from ledger_api.rules import awards
from ledger_api.rules import requests as rules
from ledger_api.rules.hashing import hex_of
from tests.acting import filled, inspected
from tests.api.papers import to_keep, to_read


@pytest.fixture
def routes() -> set[tuple[str, str]]:
    """(method, path) of every route of the API, in OpenAPI's spelling; no chain is needed to list them."""
    app = Flask(__name__)
    api.register(app)
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def described() -> set[tuple[str, str]]:
    return {(method, path) for path, item in document()["paths"].items() for method in item}


def body_of(noun: str) -> dict:
    """Schema and examples of what is posted under a noun."""
    return document()["paths"][f"/api/v1/{noun}"]["post"]["requestBody"]["content"]["application/json"]


def check(value, name: str, strict: bool = True) -> None:
    """The value is of the component's schema, and, if strict, has no field that the schema does not name."""
    components = copy.deepcopy(document()["components"])
    if strict:
        close(components)
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    jsonschema.Draft202012Validator(schema).validate(value)


def close(schema) -> None:
    """No further fields in objects whose fields are named."""
    for item in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(item, (dict, list)):
            close(item)
    if isinstance(schema, dict) and schema.get("type") == "object" and len(schema.get("properties", ())) > 1:
        schema["additionalProperties"] = False


def test_it_is_valid_openapi():
    OpenAPIV31SpecValidator(document()).validate()


def test_every_route_is_described_and_no_other(routes):
    assert described() == routes


def test_path_parameters_are_those_of_the_path():
    for path, item in document()["paths"].items():
        for operation in item.values():
            named = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"]
            assert named == re.findall(r"{(\w+)}", path), path


def test_every_action_has_a_schema_and_stands_in_its_noun():
    for noun, names in NOUNS.items():
        assert set(body_of(noun)["examples"]) == set(names)
    assert {name for names in NOUNS.values() for name in names} == {name for _, name in rules.actions()}


def test_every_example_is_a_request_that_can_be_read():
    for noun in (*NOUNS, "requests"):
        content = body_of(noun)
        assert content["examples"]
        schema = {**content["schema"], "components": document()["components"]}
        for example in content["examples"].values():
            jsonschema.Draft202012Validator(schema).validate(example["value"])
            for body in example["value"].get("requests", [example["value"]]):
                assert rules.from_json(body).action.name == body["action"]


@pytest.mark.parametrize(
    "change",
    [
        {"returnId": "0x12"},
        {"inspector": -1},
        {"inspector": 1 << 32},
        {"inspector": "one"},
        {"inspector": True},
        {"more": 1},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(change):
    content = body_of("returns")
    body = copy.deepcopy(content["examples"]["approveReturn"]["value"])
    body["request"] |= change
    schema = {**content["schema"], "components": document()["components"]}
    assert not jsonschema.Draft202012Validator(schema).is_valid(body)
    with pytest.raises(Exception, match="request"):
        rules.from_json(body)


def test_answers_are_of_the_form_described(world, rma):
    world.story.travel(rma)
    get = world.client.get
    path = f"/api/v1/returns/{hex_of(rma)}"
    state = get(path)
    check(state, "ReturnState")
    check(get("/api/v1/returns"), "ReturnPage")
    check(get(f"{path}/entries"), "History", strict=False)
    check(get(f"/api/v1/parcels/{state['parcels'][0]['parcel_id']}"), "Parcel")
    check(get(f"/api/v1/receipts/{state['receipt']}"), "ClaimedReceipt")
    check(get("/api/v1/policies"), "PolicyPage")
    check(get(f"/api/v1/policies/{state['policy']['policy_id']}"), "Policy")
    check(get("/api/v1/participants"), "ParticipantPage")
    check(get("/api/v1/participants/2"), "ParticipantAt")
    check(get("/api/v1/chain"), "Chain")
    check(get("/api/v1/request-types"), "RequestTypes")
    check(get("/healthz"), "Health")
    check(get("/readyz"), "Health")


def test_answers_about_disputes_are_of_the_form_described(world):
    sale = world.sale().open().approve().receive(complete=True).inspect(inspected(0, accepted=1, diminished=4_000))
    claim = awards.awarded(0, accepted=1)
    dispute = sale.dispute().open(claim).answer().evidence().offer(awards.part_of(awards.award(claim), 6_000))
    path = f"/api/v1/disputes/{hex_of(dispute.dispute_id)}"
    effect = {"award": rules.to_json(awards.award(claim)), "ruling": True}
    check(effect, "AwardToTry")
    check(world.client.post(f"{path}/effect", effect), "Effect")
    check(world.client.get(path), "DisputeAt")
    world.chain.time_travel(dispute.escalate().state["evidence_until"] + 1)
    dispute.rule(awards.part_of(awards.award(claim), 8_500)).appeal()
    check(world.client.get(path), "DisputeAt")
    check(world.client.get("/api/v1/disputes"), "DisputePage")
    check(world.client.get(f"/api/v1/returns/{hex_of(sale.rma)}"), "ReturnState")
    check(world.client.get("/api/v1/participants/1/record"), "PublicRecord")


def test_the_award_that_is_shown_as_an_example_is_one_that_can_be_tried():
    body = document()["paths"]["/api/v1/disputes/{dispute_id}/effect"]["post"]["requestBody"]["content"]
    schema = {**body["application/json"]["schema"], "components": document()["components"]}
    for example in body["application/json"]["examples"].values():
        jsonschema.Draft202012Validator(schema).validate(example["value"])
        awarded = next(
            field for field in rules.action_of("DisputeDesk", "makeOffer").fields if field["name"] == "award"
        )
        assert rules.parse(awarded, example["value"]["award"], "award")["lines"]


def test_what_a_write_is_answered_with_is_of_the_form_described(world, rma):
    asked = world.client.sign("approveReturn", filled("approveReturn", returnId=rma, inspector=4), world.key("seller"))
    status = world.client.send("returns", asked, "openapi-approve")
    check(status, "RequestStatus")
    check(world.client.get("/api/v1/requests/openapi-approve"), "RequestStatus")
    mixed = {"requests": [{"id": "openapi-approve", **asked.to_json()}, {"id": "openapi-nothing"}]}
    check(world.client.post("/api/v1/returns", mixed), "BatchResult", strict=False)
    check(world.refusal("returns", {"id": "openapi-refused"}), "Problem")


def test_answers_about_documents_are_of_the_form_described(world):
    sale = world.sale().open()
    rma = hex_of(sale.rma)
    world.client.say(rma, 0, "It does not fit.", sale.buyer)
    signed = to_read(world, sale.rma, sale.buyer)
    check(world.http.get(f"/api/v1/returns/{rma}/documents", headers=signed).get_json(), "DocumentList")
    check(world.http.get(f"/api/v1/returns/{rma}/messages", headers=signed).get_json(), "MessageList")
    signed = to_keep(world, sale.rma, b"Hello", sale.buyer)
    kept = world.http.post(f"/api/v1/returns/{rma}/documents", data=b"Hello", headers=signed)
    check(kept.get_json(), "KeptDocument")
