"""No act of the contracts is left out of the table of gas."""

from benchmarks.actions import ACTIONS_MEASURED
from ledger_api import artefacts
from ledger_api.rules.requests import actions
from ledger_api.vocabulary import Consequence, DisputeConsequence

NO_ACTS = {
    "submit",  # carries acts
    "checkAward",  # changes nothing
    # Parts of the acts of another contract, which alone may call them.
    "releaseFromEscrow",
    "beginDispute",
    "endDispute",
    "recordDefault",
    "settleDefault",
}
MEASURED = {(contract, name) for contract, acts in ACTIONS_MEASURED.items() for name in acts}


def test_every_function_that_changes_a_contract_is_measured():
    functions = {
        (contract, item["name"])
        for contract, item in artefacts.abi_items("function")
        if item["stateMutability"] not in ("view", "pure") and item["name"] not in NO_ACTS
    }
    measured = {(contract, name.partition("_")[0]) for contract, name in MEASURED}
    assert measured == functions
    assert actions().keys() <= measured


def test_enforce_is_measured_with_each_consequence():
    measured = {name for _, name in MEASURED if name.startswith("enforce")}
    of_returns = {f"enforce_{consequence.name.lower()}" for consequence in Consequence if consequence}
    of_disputes = {f"enforce_dispute_{consequence.name.lower()}" for consequence in DisputeConsequence if consequence}
    assert measured == of_returns | of_disputes
