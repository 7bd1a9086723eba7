"""Times in words, in UTC; live.js shows them in the reader's zone."""

from datetime import UTC, datetime

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
MONTHS = "January February March April May June July August September October November December".split()


def iso(at: int) -> str:
    """For the attribute `datetime`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int) -> str:
    """27 November 2026."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def moment(at: int) -> str:
    """27 November 2026, 10:37 UTC."""
    return f"{day(at)}, {datetime.fromtimestamp(at, UTC):%H:%M} UTC"


def time_left(until: int, now: int) -> str:
    """3 days left, 5 hours left, less than an hour late. Days are rounded, hours begun are not counted."""
    seconds, after = abs(until - now), "left" if until >= now else "late"
    if seconds < HOUR_S:
        return f"less than an hour {after}"
    if seconds < 2 * DAY_S:
        return f"{counted(seconds // HOUR_S, 'hour')} {after}"
    return f"{counted((seconds + DAY_S // 2) // DAY_S, 'day')} {after}"


def counted(number: int, noun: str) -> str:
    """1 piece, 2 pieces."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
