"""What can be wrong with an imported document: with all of it (InteropError) or with one event of it (Refusal).

A slug is stable: callers and docs rely on it. Both tables are in docs/reference/import.md, and a test compares.
"""

DOCUMENT_PROBLEMS = {
    "malformed-json": "The document is not JSON in UTF-8.",
    "malformed-csv": "A line of the table cannot be taken apart, for example because a quotation mark is not closed.",
    "nested-too-deeply": "The document nests lists and objects deeper than any real one.",
    "too-many-events": "The document holds more events than are read at once.",
    "unknown-format": "The document is of none of the formats that can be imported.",
    "wrong-context": "The JSON-LD `@context` does not name GS1's EPCIS 2.0 context.",
    "unsupported-version": "The document is of another version of EPCIS than 2.",
    "missing-field": "A field that the format requires is missing or null.",
    "wrong-type": "A field is of another type than the format says.",
    "no-shipment": "The carrier's answer carries no shipment, for example because it does not know the number.",
    "unknown-zone": "The given time zone is no name of the IANA time zone database.",
}

EVENT_REFUSALS = {
    "missing-field": "A field that the format requires is missing or null.",
    "wrong-type": "A field is of another type than the format says, or has none of the values that it allows.",
    "event-type-unsupported": "The event's type is none of the five of EPCIS 2.0.",
    "correction-not-supported-yet": "The event takes back an earlier one (`errorDeclaration`).",
    "parcel-not-of-this-return": "The event names no parcel of this return.",
    "malformed-time": "The time is not ISO 8601 with date and time of day.",
    "time-out-of-range": "The time is before 1970-01-01T00:00:01Z.",
    "time-without-zone": "The time has no zone, its provider documents none, and none was given.",
    "time-ambiguous": "The time was shown twice by clocks of the given zone, when they were set back.",
    "time-nonexistent": "The time was skipped by clocks of the given zone, when they were set forward.",
    "malformed-zone-offset": "The offset from UTC is not ±hh:mm of at most 14 hours.",
}


class InteropError(Exception):
    """The document as a whole cannot be imported."""

    def __init__(self, slug: str, detail: str, field: str):
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.field = field


class Refusal(Exception):
    """One event cannot be imported; the others can. `field` is relative to the event."""

    def __init__(self, slug: str, detail: str, field: str):
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.field = field
