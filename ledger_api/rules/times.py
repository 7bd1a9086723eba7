"""Times in words, in UTC; live.js shows them in the reader's zone."""

from datetime import UTC, date, datetime

from ledger_api.texts import _, mark, marked, ngettext

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
MOMENT_WITHIN_S = 2 * DAY_S  # so near a date is shown with its time of day
MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


def iso(at: int) -> str:
    """For the attribute `datetime`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int) -> str:
    """27 November 2026."""
    return date_words(datetime.fromtimestamp(at, UTC))


def date_words(when: date) -> str:
    """27 November 2026, of a date."""
    # L10N: a date, such as 27 November 2026
    return _("%(day)s %(month)s %(year)s", day=when.day, month=marked(MONTHS[when.month - 1]), year=when.year)


def moment(at: int) -> str:
    """27 November 2026, 10:37 UTC."""
    # L10N: a date and its time of day
    return _("%(day)s, %(time)s UTC", day=day(at), time=f"{datetime.fromtimestamp(at, UTC):%H:%M}")


def precision(at: int, now: int) -> str:
    """How exactly a date is shown: `moment` or `day`."""
    return "moment" if abs(at - now) <= MOMENT_WITHIN_S else "day"


def time_left(until: int, now: int) -> str:
    """3 days left, 5 hours left, less than an hour late. Days are rounded, hours begun are not counted."""
    seconds, ahead = abs(until - now), until >= now
    if seconds < HOUR_S:
        return _("less than an hour left") if ahead else _("less than an hour late")
    if seconds < 2 * DAY_S:
        hours = seconds // HOUR_S
        return (
            ngettext("%(num)s hour left", "%(num)s hours left", hours)
            if ahead
            else ngettext("%(num)s hour late", "%(num)s hours late", hours)
        )
    days = (seconds + DAY_S // 2) // DAY_S
    return (
        ngettext("%(num)s day left", "%(num)s days left", days)
        if ahead
        else ngettext("%(num)s day late", "%(num)s days late", days)
    )


def period(seconds: int) -> str:
    """How long: 5 days, 36 hours, 1 minute."""
    for unit_s, noun in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute")):
        if seconds and seconds % unit_s == 0:
            return counted(seconds // unit_s, noun)
    return counted(seconds, "second")


_COUNTED = {
    "day": lambda number: ngettext("%(num)s day", "%(num)s days", number),
    "hour": lambda number: ngettext("%(num)s hour", "%(num)s hours", number),
    "minute": lambda number: ngettext("%(num)s minute", "%(num)s minutes", number),
    "second": lambda number: ngettext("%(num)s second", "%(num)s seconds", number),
    "piece": lambda number: ngettext("%(num)s piece", "%(num)s pieces", number),
    "item": lambda number: ngettext("%(num)s item", "%(num)s items", number),
}


def counted(number: int, noun: str) -> str:
    """1 piece, 2 pieces; the nouns are those of _COUNTED."""
    return _COUNTED[noun](number)
