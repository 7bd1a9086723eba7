"""Times in words, in UTC; live.js shows them in the reader's zone."""

from datetime import UTC, datetime

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
MOMENT_WITHIN_S = 2 * DAY_S  # so near a date is shown with its time of day
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


def precision(at: int, now: int) -> str:
    """How exactly a date is shown: `moment` or `day`."""
    return "moment" if abs(at - now) <= MOMENT_WITHIN_S else "day"


def time_left(until: int, now: int) -> str:
    """3 days left, 5 hours left, less than an hour late. Days are rounded, hours begun are not counted."""
    seconds, after = abs(until - now), "left" if until >= now else "late"
    if seconds < HOUR_S:
        return f"less than an hour {after}"
    if seconds < 2 * DAY_S:
        return f"{counted(seconds // HOUR_S, 'hour')} {after}"
    return f"{counted((seconds + DAY_S // 2) // DAY_S, 'day')} {after}"


def period(seconds: int) -> str:
    """How long: 5 days, 36 hours, 1 minute."""
    for unit_s, noun in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute")):
        if seconds and seconds % unit_s == 0:
            return counted(seconds // unit_s, noun)
    return counted(seconds, "second")


def counted(number: int, noun: str) -> str:
    """1 piece, 2 pieces."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
