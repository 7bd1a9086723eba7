"""Times that carriers write, as Unix seconds, and who says in which zone they are."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from ledger_api.interop.problems import InteropError, Refusal
from ledger_api.interop.reading import shown
from ledger_api.vocabulary import ZONE_OFFSET_LIMIT_MINUTES, ZoneSource

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?:([Zz])|([+-][0-9]{2}):?([0-9]{2}))?"
)
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-5][0-9])")
_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_NAMES_OF_THIS_MACHINE = {"localtime", "Factory"}


@dataclass(frozen=True)
class Moment:
    """When something happened."""

    occurred_at: int  # Unix seconds UTC, a fraction cut off
    zone_source: ZoneSource
    zone_offset_minutes: int  # local time minus UTC


@cache
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone. Raises InteropError for any other name."""
    if name not in _zone_names():
        raise InteropError("unknown-zone", f"{shown(name)} is no IANA time zone, such as Europe/Paris", "default_zone")
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _NAMES_OF_THIS_MACHINE)


def moment_of(
    text: str, field: str, *, default_zone: ZoneInfo | None, provider_offset_minutes: int | None = None
) -> Moment:
    """The moment that an ISO 8601 time names. Raises Refusal.

    Its own zone wins; then the one that the provider documents, then the importer's.
    """
    local, zone = _parsed(text, field)
    if zone is not None:
        return _moment(local, ZoneSource.STATED, offset_minutes(zone, field), field)
    if provider_offset_minutes is not None:
        return _moment(local, ZoneSource.PROVIDER, provider_offset_minutes, field)
    if default_zone is None:
        raise Refusal("time-without-zone", f"{text} has no zone, and none was given", field)
    return _moment(local, ZoneSource.IMPORTER, _offset_in(default_zone, local, field), field)


def offset_minutes(text: str, field: str) -> int:
    """Minutes that ±hh:mm means. Raises Refusal."""
    match = _OFFSET.fullmatch(text)
    minutes = int(match[1] + "1") * (int(match[2]) * 60 + int(match[3])) if match else None
    if minutes is None or abs(minutes) > ZONE_OFFSET_LIMIT_MINUTES:
        raise Refusal("malformed-zone-offset", f"{shown(text)} is no offset from UTC", field)
    return minutes


def _parsed(text: str, field: str) -> tuple[datetime, str | None]:
    """Local time without zone, cut to the second, and the stated zone as ±hh:mm."""
    match = _TIME.fullmatch(text.strip())
    try:
        numbers = [int(part or 0) for part in match.groups()[:6]]
        return datetime(*numbers), "+00:00" if match[7] else f"{match[8]}:{match[9]}" if match[8] else None
    except (AttributeError, ValueError):
        raise Refusal("malformed-time", f"{shown(text)} is no ISO 8601 date and time of day", field) from None


def _moment(local: datetime, source: ZoneSource, zone_offset_minutes: int, field: str) -> Moment:
    occurred_at = (local - _EPOCH) // _SECOND - zone_offset_minutes * 60
    if occurred_at <= 0:
        raise Refusal("time-out-of-range", f"{local.isoformat()} is before 1970", field)
    return Moment(occurred_at, source, zone_offset_minutes)


def _offset_in(zone: ZoneInfo, local: datetime, field: str) -> int:
    """Minutes of the zone's offset at a local time that its clocks showed once."""
    before, after = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if before > after:
        raise Refusal("time-ambiguous", f"{local.isoformat()} happened twice in {zone.key}", field)
    if before < after:
        raise Refusal("time-nonexistent", f"{local.isoformat()} did not happen in {zone.key}", field)
    return before // _MINUTE
