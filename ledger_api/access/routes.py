"""Which route is for whom: the one table. A route that does not stand here is for nobody."""

from dataclasses import dataclass, field
from enum import Enum

from ledger_api.rules.access import Part
from ledger_api.rules.registry_state import ARBITRATOR, BROKER, CARRIER, INSPECTOR, SELLER


class Kind(Enum):
    """How a need is met."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    ROLE = "speaks for a participant with one of the roles"
    PART = "has one of the parts in the return that the address names"
    JUDGE = "is an arbitrator of the dispute that the address names, from escalation on"
    SALE = "buyer or seller of the receipt that the address names"
    COUNCIL = "sits in the council"
    MACHINE = "has an API key with one of the scopes"


@dataclass(frozen=True)
class Need:
    """One way of being let in."""

    kind: Kind
    roles: int = 0
    parts: frozenset = field(default_factory=frozenset)
    scopes: frozenset = field(default_factory=frozenset)


ANYBODY = (Need(Kind.ANYBODY),)
BY_SIGNATURE = ANYBODY  # what is posted, or the Authorization header, is signed, and the route checks it itself
SIGNED_IN = (Need(Kind.SIGNED_IN),)
COUNCIL = (Need(Kind.COUNCIL),)
JUDGE = (Need(Kind.JUDGE),)
OF_SALE = (Need(Kind.SALE),)


def members(*roles: int) -> tuple[Need, ...]:
    """Who speaks for a participant with one of the roles."""
    return (Need(Kind.ROLE, roles=sum(roles)),)


def parts(*wanted: Part) -> tuple[Need, ...]:
    """Who has one of the parts in the return of the address."""
    return (Need(Kind.PART, parts=frozenset(wanted)),)


def machines(*scopes: str) -> tuple[Need, ...]:
    """Who has an API key with one of the scopes."""
    return (Need(Kind.MACHINE, scopes=frozenset(scopes)),)


SELLERS, CARRIERS = members(SELLER), members(CARRIER)
INSPECTORS, ARBITRATORS = members(SELLER, INSPECTOR), members(ARBITRATOR)
CUSTODIANS = members(SELLER, CARRIER, INSPECTOR, BROKER)
PARTIES = parts(Part.BUYER, Part.SELLER, Part.INSPECTOR, Part.ARBITRATOR)
SIDES = parts(Part.BUYER, Part.SELLER)
CHECKERS = parts(Part.SELLER, Part.INSPECTOR)

# Of an API key.
SCOPES = {"sales": "Enter sales with their articles and buyers, for claim links"}

OPEN = (  # for all: pages that anybody may read, and what stands on the chain
    "static",
    "chain.get_chain",
    "chain.get_code",
    "chain.healthz",
    "chain.readyz",
    "disputes.get_dispute",
    "disputes.list_disputes",
    "disputes.post_effect",
    "openapi.openapi",
    "parcels.get_parcel",
    "participants.get_participant",
    "participants.get_record",
    "participants.list_participants",
    "policies.get_policy",
    "policies.list_policies",
    "receipts.get_receipt",
    "requests.get_request",
    "requests.request_types",
    "returns.get_entries",
    "returns.get_events",
    "returns.get_proof",
    "returns.get_return",
    "returns.list_returns",
    "pages_disputes.nothing_there",
    "pages_disputes.show",
    "pages_entries.show",
    "pages_errors.show_error",
    "pages_participants.show",
    "pages_returns.nothing_there",
    "pages_returns.open_by_number",
    "pages_returns.show",
    "pages_start.start",
    # Signing in and joining: before anybody is known.
    "sessions.get_session",
    "sessions.end",
    "sessions.make_challenge",
    "sessions.start",
    "pages_scan.worker",
    "pages_account.sign_in",
    "pages_account.join",
    "pages_account.bring_key",
    "pages_claim.show",
    "pages_certificate.download",
    # Only where a demo is served.
    "pages_demo.show",
    "pages_demo.buy",
    "pages_demo.become",
    "pages_demo.council_file",
)
SIGNED = (  # what is posted, or the Authorization header, is signed, and the route or the contract checks by whom
    "disputes.enforce",  # by nobody: the contract knows when
    "returns.enforce",
    "documents.get_document",
    "documents.keep_document",
    "documents.list_documents",
    "messages.list_messages",
    "sales.get_offer",
    "requests.post_checkpoints",
    "requests.post_disputes",
    "requests.post_inspections",
    "requests.post_messages",
    "requests.post_parcels",
    "requests.post_participants",
    "requests.post_policies",
    "requests.post_receipts",
    "requests.post_refunds",
    "requests.post_request",
    "requests.post_returns",
)
SELLER_ACTS = (  # of one return
    "pages_seller_answers.approve",
    "pages_seller_answers.decline",
    "pages_seller_answers.ask",
    "pages_seller_answers.name_inspector",
    "pages_seller_answers.say",
    "pages_seller_answers.new_key",
    "pages_seller_sends.pay",
    "pages_seller_sends.prove",
    "pages_seller_sends.send",
    "pages_seller_disputes.show",
    "pages_seller_disputes.answer",
    "pages_seller_disputes.offer",
    "pages_seller_disputes.accept",
    "pages_seller_disputes.bring",
    "pages_seller_disputes.appeal",
    "pages_seller_claims.begin",
    "pages_seller_claims.escalate",
    "pages_seller_claims.withdraw",
)
OPERATION = (
    "index",
    "participant",
    "suspension",
    "roles",
    "admission",
    "end_key",
    "ask_admit",
    "admit",
    "ask_invite",
    "invite",
    "proposals",
    "propose",
    "proposal",
    "sign_too",
)
RULES = {  # endpoint → any of these
    **dict.fromkeys(OPEN, ANYBODY),
    **dict.fromkeys(SIGNED, BY_SIGNATURE),
    "sales.keep": SELLERS + machines("sales"),
    **dict.fromkeys(("pages_scan.show", "pages_scan.list_parcels", "pages_scan.take_in"), CARRIERS),
    **dict.fromkeys(("pages_uploads.show", "pages_uploads.check", "pages_uploads.download"), CARRIERS),
    **dict.fromkeys(("pages_corrections.show", "pages_corrections.correct"), CARRIERS),
    # Hand-overs: the route of one checks itself that who asks gives or takes.
    **dict.fromkeys((f"pages_hand_over.{name}" for name in ("start", "find", "keep", "show")), CUSTODIANS),
    "pages_account.show": SIGNED_IN,
    "pages_account.make_api_key": SIGNED_IN,
    "pages_account.revoke_api_key": SIGNED_IN,
    # The seller's and his inspector's pages.
    **dict.fromkeys(("pages_inbox.show_all", "pages_bench.show_all", "pages_bench.look_up"), INSPECTORS),
    **dict.fromkeys(("pages_inbox.show", "pages_bench.show", "pages_bench.receive"), CHECKERS),
    **dict.fromkeys(SELLER_ACTS, parts(Part.SELLER)),
    **dict.fromkeys(("pages_refunds.show_all", "pages_terms.show_all", "pages_terms.edit", "pages_sell.new"), SELLERS),
    "pages_documents.show": PARTIES,
    "pages_documents.list_all": PARTIES,
    # What the buyer does: the routes of a purchase check themselves that who asks is its buyer, not its seller.
    "pages_purchases.list_all": SIGNED_IN,
    **dict.fromkeys(("pages_purchases.show", "pages_purchases.form", "pages_purchases.ask"), OF_SALE),
    **dict.fromkeys(("pages_buyer_acts.delivery", "pages_buyer_acts.state_delivery"), OF_SALE),
    "pages_acknowledgement.show": SIDES,
    "pages_codes.drop_off": SIDES,
    # Of a buyer who lost his device: he is a stranger until the seller proposes him; the routes look at the keys.
    **dict.fromkeys(("pages_recover.start", "pages_recover.show"), ANYBODY),
    "pages_recover.take": SIGNED_IN,
    "pages_recover.propose": SELLERS,
    **dict.fromkeys(("pages_buyer_acts.form", "pages_buyer_acts.take"), parts(Part.BUYER)),
    # The operation, for members of the council.
    **dict.fromkeys((f"pages_operator.{name}" for name in OPERATION), COUNCIL),
    # What goes onto a parcel, and what the seller adds for it.
    **dict.fromkeys(("pages_papers.label", "pages_papers.customs"), SIDES),
    "pages_return_address.show": SELLERS,
    "pages_particulars.show": parts(Part.SELLER),
    # The arbitrator's docket.
    "pages_docket.index": ARBITRATORS,
    **dict.fromkeys((f"pages_docket.{name}" for name in ("show", "ask", "rule", "show_effect", "recuse")), JUDGE),
    # Rulings of a panel; the routes themselves ask for a seat in it.
    **dict.fromkeys((f"pages_panel.{name}" for name in ("propose", "proposal", "sign_too")), JUDGE),
}
