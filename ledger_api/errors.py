"""Everything that can go wrong, as a tree; one class per cause.

* LedgerError                     status, slug, detail, extras (RFC 9457)
  x RequestError                  4xx: the caller can fix it
    + InvalidField                400  names the field
    + MalformedJson               400
    + InvalidDocument             400  an imported document is not what it says it is
    + BodyTooLarge                413
    + UnknownHost                 400
    + NotFound                    404
    + RequestConflict             409  same request id, another body
    + RequestRefused              422  the contract would not record it; slug from its error's name
    + DeadlineTooNear             422
    + AccessUnproven              401  no proof of the key that reads or uploads
      * AccessMalformed           401
      * AccessExpired             401
      * AccessTooLong             401  it would hold for longer than the server takes
      * AccessWrong               401  not signed by that key, or over something else
    + AccessDenied                403  the return does not concern that key
    + CrossSite                   403  a browser's write that does not come from a page of this site
    + DocumentTooLarge            413
    + DocumentTypeUnsupported     415
    + DocumentUnreadable          422
    + DocumentLimitReached        422
  x ChainError                    5xx: try again later
    + NodeUnreachable             503
    + NodeRefused                 502  the node answered with an error
    + WrongChain                  503
    + QueueFull                   503  more requests wait than the outbox takes
    + TooManyStreams              503
  x DocumentDamaged               500  it is not what was committed to
  x IndexBehind                   503
  x IndexInconsistent             500  this server's index contradicts itself; `reindex` rebuilds it

Anything else is a bug: it is logged and answered with 500.
"""

import re


class LedgerError(Exception):
    """Something that is answered with a problem document."""

    status = 500
    slug = "internal-error"
    title = "Something went wrong"

    def __init__(self, detail: str, **extras):
        super().__init__(detail)
        self.detail = detail
        self.extras = extras

    def problem(self) -> dict:
        """RFC 9457 members, plus the extras."""
        return {
            "type": f"/errors/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extras,
        }


class RequestError(LedgerError):
    """The caller can fix it."""

    status = 400
    slug = "bad-request"
    title = "The request cannot be read"


class InvalidField(RequestError):
    """One field has a value that cannot be used."""

    slug = "invalid-field"
    title = "A field has a value that cannot be used"

    def __init__(self, field: str, detail: str, **extras):
        super().__init__(f"{field}: {detail}", field=field, **extras)


class MalformedJson(RequestError):
    """The body is not JSON."""

    slug = "malformed-json"
    title = "The body is not JSON"


class InvalidDocument(RequestError):
    """An imported document is not what it should be; `slug` says how."""

    title = "The document cannot be imported"

    def __init__(self, slug: str, field: str, detail: str):
        super().__init__(detail, field=field)
        self.slug = slug


class BodyTooLarge(RequestError):
    """The body is longer than the limit."""

    status = 413
    slug = "body-too-large"
    title = "The body is too large"


class UnknownHost(RequestError):
    """The Host header names a host that this server does not serve."""

    slug = "unknown-host"
    title = "This server does not answer for that host"


class NotFound(RequestError):
    """There is nothing by that id."""

    status = 404
    slug = "not-found"
    title = "Nothing by that id"


class RequestConflict(RequestError):
    """The request id was used before, with another body."""

    status = 409
    slug = "request-id-reused"
    title = "This request id was used for another request"


class DeadlineTooNear(RequestError):
    """The request would expire before the server may forget it."""

    status = 422
    slug = "request-deadline-too-near"
    title = "The request's deadline is too near"


class RequestRefused(RequestError):
    """A contract would not record the request; named for the contract's error."""

    status = 422
    title = "The ledger does not accept this request"

    def __init__(self, error_name: str, arguments: dict, detail: str = ""):
        self.error_name = error_name
        self.slug = slug_of(error_name)
        shown = ", ".join(f"{name} {value}" for name, value in arguments.items())
        super().__init__(detail or f"{words_of(error_name)} ({shown})", **{"arguments": arguments})


class AccessUnproven(RequestError):
    """There is no proof of the key that wants to read or upload."""

    status = 401
    slug = "authorization-missing"
    title = "Say who reads, and prove it"


class AccessMalformed(AccessUnproven):
    """The proof cannot be read."""

    slug = "authorization-malformed"
    title = "The Authorization header cannot be read"


class AccessExpired(AccessUnproven):
    """The proof's deadline has passed."""

    slug = "authorization-expired"
    title = "The proof of your key has expired"


class AccessTooLong(AccessUnproven):
    """The proof's deadline is too far ahead."""

    slug = "authorization-too-long"
    title = "The proof of your key would hold for too long"


class AccessWrong(AccessUnproven):
    """The signature is not that key's over this."""

    slug = "authorization-wrong"
    title = "The signature does not prove that key"


class AccessDenied(RequestError):
    """The return does not concern that key, or not in this."""

    status = 403
    slug = "access-denied"
    title = "This is not for that key"


class CrossSite(RequestError):
    """A browser's write that comes from another site's page."""

    status = 403
    slug = "cross-site"
    title = "The request does not come from a page of this site"


class DocumentTooLarge(RequestError):
    """The document is longer than is kept."""

    status = 413
    slug = "document-too-large"
    title = "The document is too large"


class DocumentTypeUnsupported(RequestError):
    """The document is of none of the types that are kept, or not of the one that it says."""

    status = 415
    slug = "document-type-unsupported"
    title = "Documents of this type are not kept"


class DocumentUnreadable(RequestError):
    """The image cannot be made anew."""

    status = 422
    slug = "document-unreadable"
    title = "The image cannot be used"


class DocumentLimitReached(RequestError):
    """The uploader has as many documents of this return as are kept."""

    status = 422
    slug = "document-limit-reached"
    title = "There are too many documents of yours"


class DocumentDamaged(LedgerError):
    """The document that is kept, or was handed over, is not what was committed to."""

    slug = "document-damaged"
    title = "The document is not what was committed to"


class ChainError(LedgerError):
    """The chain or its node cannot serve now."""

    status = 503
    slug = "chain-unavailable"
    title = "The ledger's chain cannot be reached"


class NodeUnreachable(ChainError):
    """No answer from the node."""

    slug = "node-unreachable"


class NodeRefused(ChainError):
    """The node answered with a JSON-RPC error."""

    status = 502
    slug = "node-refused"
    title = "The ledger's node refused a call"

    def __init__(self, method: str, code: int, message: str, data=None):
        super().__init__(f"{method}: {message}", code=code)
        self.code = code
        self.message = message
        self.data = data


class WrongChain(ChainError):
    """The node serves another chain than the data folder belongs to."""

    slug = "wrong-chain"
    title = "The node serves another chain"


class QueueFull(ChainError):
    """More requests wait than the outbox takes."""

    slug = "queue-full"
    title = "Too many requests are waiting"


class TooManyStreams(ChainError):
    """All live streams are taken."""

    slug = "too-many-streams"
    title = "All live streams are taken"


class IndexInconsistent(LedgerError):
    """The index contradicts itself; it can be rebuilt from the chain."""

    slug = "index-inconsistent"
    title = "This server's index cannot be right"


class IndexBehind(LedgerError):
    """The index has not caught up yet."""

    status = 503
    slug = "index-behind"
    title = "The index is catching up"


def slug_of(error_name: str) -> str:
    """Kebab case of a contract error's name: ReturnWrongStatus → return-wrong-status."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", error_name).lower()


def words_of(error_name: str) -> str:
    """A contract error's name as words: ReturnWrongStatus → Return wrong status."""
    return slug_of(error_name).replace("-", " ").capitalize()
