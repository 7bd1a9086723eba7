"""The case file of a dispute from what a server shows, after its return was verified."""

from dataclasses import asdict, dataclass

from ledger_api.rules.case_file import case_file
from ledger_api.rules.case_text import case_text
from ledger_api.rules.hashing import bytes_of, hex_of, id_of, keccak
from ledger_api.rules.registry_state import Registry
from ledger_api.rules.requests import to_json
from ledger_api.verify import fetch
from ledger_api.verify.online import Verified, verify_entries
from ledger_api.verify.report import Report


@dataclass
class CaseReport:
    """What the check of the return found, and the case file that its entries give; None if they give none."""

    report: Report
    case: dict | None

    @property
    def verified(self) -> bool:
        return self.report.verified and self.case is not None

    def to_json(self) -> dict:
        case = self.case and {
            **self.case,
            "facts": [asdict(fact) | {"check": fact.check} for fact in self.case["facts"]],
        }
        return {**self.report.to_json(), "verified": self.verified, "case": to_json(case)}

    def to_text(self) -> str:
        """The same for people: the file, then what was checked."""
        if self.case is None:
            return self.report.to_text()
        warning = "" if self.verified else "NOT VERIFIED: this file rests on entries that do not hold; see its end.\n\n"
        return f"{warning}{case_text(self.case)}\n\n{self.report.to_text()}"


def verify_case(server: str, dispute_id: str, now: int) -> CaseReport:
    """Verifies the return of a dispute, and tells the case from its entries. Raises CannotTry.

    `now` is Unix seconds UTC. The server is believed about nothing but which return it is, which the entries then show.
    """
    dispute = bytes_of(dispute_id)
    try:
        return_id = _return_of(server, dispute_id)
    except fetch.ServerFailed as error:
        report = Report(dispute_id, server)
        report.fault("server", str(error))
        return CaseReport(report, None)
    report, verified = verify_entries(server, return_id)
    if verified is None:
        return CaseReport(report, None)
    case = _case_of(dispute, server, verified, report, now)
    return CaseReport(report, case)


def _return_of(server: str, dispute_id: str) -> str:
    """The return that the server says a dispute is about."""
    shown = fetch.get(server, f"/api/v1/disputes/{dispute_id}").get("return_id")
    try:
        return hex_of(id_of(shown))
    except ValueError:
        raise fetch.ServerFailed("the server does not say which return the dispute is about") from None


def _case_of(dispute: bytes, server: str, verified: Verified, report: Report, now: int) -> dict | None:
    if dispute not in verified.disputes:
        report.fault(f"dispute {hex_of(dispute)}", "the return's entries do not have it")
        return None
    try:
        return case_file(dispute, verified.entries_of, _Names(server, verified.registry, report), now)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration) as error:
        report.fault(f"dispute {hex_of(dispute)}", f"its entries give no case ({type(error).__name__}: {error})")
        return None


class _Names:
    """Names that the server shows, as far as they fit what the registry's entries say; otherwise numbers."""

    def __init__(self, server: str, registry: Registry, report: Report):
        self._registry = registry
        self._shown = self._fetch(server, report)

    def __call__(self, number: int) -> str:
        return self._shown.get(number, f"Participant {number}")

    def _fetch(self, server: str, report: Report) -> dict[int, str]:
        try:
            items = fetch.get(server, "/api/v1/participants")["items"]
            fitting = {item["participant"]: item["name"] for item in items if self._fits(item)}
        except (fetch.ServerFailed, fetch.CannotTry, KeyError, TypeError, ValueError) as error:
            report.checked.append(f"names are not shown, as the server gave none that could be checked ({error})")
            return {}
        report.checked.append(f"{len(fitting)} names, each as the council signed it in the registry")
        return fitting

    def _fits(self, item: dict) -> bool:
        member, shown = self._registry.members.get(item["participant"]), item["directory"]
        if member is None or "salt" not in shown:
            return False
        return keccak(bytes_of(shown["salt"]) + item["name"].encode()) == member.directory
