"""What the pages of a case before an arbitrator share: the case at one look, for whom he speaks, what he can do."""

from flask import url_for

from ledger_api.access import gate, people
from ledger_api.errors import AccessDenied
from ledger_api.pages.common import id_of, names_in, now
from ledger_api.rules.amounts import amount
from ledger_api.rules.dispute_case import dispute_case_of
from ledger_api.rules.hashing import hex_of
from ledger_api.rules.return_case import case_of


class DocketCase:
    """One case, and the arbitrator who looks at it."""

    def __init__(self, dispute_id: str, look):
        self.subject, self.look = id_of(dispute_id), look
        self.dispute, self.name = look.dispute_state(self.subject), names_in(look)
        self.number, self.actor = self._waited_for() or people.judged_by(gate.person(), self.subject, look) or _nobody()
        self.case = dispute_case_of(self.subject, look.entries_of)
        self.rma = case_of(self.case.return_id, look.entries_of)

    def _waited_for(self) -> tuple[int, bytes] | None:
        """The participant that is to rule now, where who asks speaks for it."""
        if self.dispute["turn"]["act"] not in ("rule", "rule_on_appeal"):
            return None
        waited, person = self.dispute["turn"]["participants"], gate.person()
        return next(((n, person.actor_for(n)) for n in waited if person.actor_for(n) is not None), None)

    @property
    def may_rule(self) -> bool:
        """Whether his ruling, or his signature under the panel's, would be taken now."""
        turn = self.dispute["turn"]
        latest = max(now(), self.look.at.timestamp if self.look.at else 0)  # the contract asks the block's time
        return self.has_it and (turn["from"] is None or latest >= turn["from"])

    @property
    def has_it(self) -> bool:
        """Whether he is to decide it, alone or in the panel, so that he can step back."""
        turn = self.dispute["turn"]
        return turn["act"] in ("rule", "rule_on_appeal") and self.number in turn["participants"]

    @property
    def in_panel(self) -> bool:
        """Whether he sits on the panel that has the case."""
        return self.dispute["turn"]["act"] == "rule_on_appeal" and self.number in self.dispute["panel"]

    @property
    def address(self) -> str:
        return url_for("pages_docket.show", dispute_id=self.dispute["dispute_id"])

    def shared(self) -> dict:
        """Values for all templates of a case."""
        return {
            "dispute": self.dispute,
            "number": self.number,
            "actor": hex_of(self.actor),
            "currency": self.dispute["currency"],
            "may_rule": self.may_rule,
            "has_it": self.has_it,
            "in_panel": self.in_panel,
            "cost": amount(self.case.terms["costMinor"], self.dispute["currency"]),
        }


def _nobody():
    raise AccessDenied("The case is not before any of your keys")
