"""Legal dates of the EU's right of withdrawal: until when a buyer withdraws, sends back and is paid back.

The periods are those of Directive 2011/83/EU, articles 9 to 14; they are counted as Regulation (EEC, Euratom) 1182/71,
article 3, says: the day of the event does not count, and a period that would end on a Saturday, a Sunday or a public
holiday ends with the next working day. Days are those of the buyer's country. Holidays of a region are not counted.
What each rule says, with examples: docs/reference/legal-dates.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from holidays import country_holidays

DAY_S = 86_400
PERIOD_DAYS = 14  # to withdraw, to send back, to pay back
FIRST_S = 1_402_610_400  # 2014-06-13T00:00 in Brussels: the directive applies to sales from then on
LAST_S = 3_786_912_000  # 2090-01-01T00:00Z: the package knows holidays until 2100
TOLD_IN_TIME = 0  # the buyer was told of his right before the goods arrived

# What a seller of any of COUNTRIES sets as `grace_s`, so that no extension of a period of 14 days is cut short.
# A test goes through all days of 2024 to 2035; the longest is 7 days.
GRACE_S = 8 * DAY_S

EU_ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
OTHER_ZONES = {
    "CH": "Europe/Zurich",
    "GB": "Europe/London",
    "IS": "Atlantic/Reykjavik",
    "LI": "Europe/Vaduz",
    "NO": "Europe/Oslo",
}
COUNTRIES = {**EU_ZONES, **OTHER_ZONES}  # ISO 3166-1 alpha-2 → zone of the capital

_YEARS_AROUND = 1  # a holiday is sometimes moved across the turn of the year
_LANGUAGE = "en_US"
_INSTEAD_OF = " (substituted from "


@dataclass(frozen=True)
class LegalPeriod:
    """A period counted in days of the buyer's country."""

    last_day: date  # a working day
    until: int  # Unix seconds UTC; the first second after the last day
    extended_for: tuple[str, ...]  # what moved the last day, in order: "weekend" or a holiday's name


@dataclass(frozen=True)
class RefundPeriod(LegalPeriod):
    """As above; whether the seller may still wait for the goods, or for proof that they were sent."""

    may_wait: bool  # true: neither has come, so the date is the earliest that there can be


# ---------------------------------------------------------------------------------------------------------- periods


def withdrawal_period(
    delivered_at: int, country: str, informed_at: int | None = TOLD_IN_TIME, *, zone: str | None = None
) -> LegalPeriod:
    """Until when the buyer may withdraw (articles 9 and 10).

    Times are Unix seconds UTC. delivered_at: of the last goods. informed_at: when the buyer was told of his right;
    None: never. zone: an IANA name, where the country is none of COUNTRIES or the buyer lives in another of its zones.
    Raises ValueError, which names the field.
    """
    place = _place(country, zone)
    delivered = place.day_of(delivered_at, "delivered_at")
    if informed_at is not False and informed_at == TOLD_IN_TIME:
        return place.period_after(delivered)
    told = date.max if informed_at is None else place.day_of(informed_at, "informed_at")
    if told <= place.working_day_from(_a_year_after(delivered)):
        return place.period_after(max(told, delivered))
    return place.period_ending(_a_year_after(place.period_after(delivered).last_day))


def sending_period(notice_at: int, country: str, *, zone: str | None = None) -> LegalPeriod:
    """Until when the buyer sends the goods back (article 14): it is enough that they are on their way by then.

    notice_at: when he said that he withdraws. The rest as in `withdrawal_period`.
    """
    place = _place(country, zone)
    return place.period_after(place.day_of(notice_at, "notice_at"))


def refund_period(
    notice_at: int,
    country: str,
    received_at: int | None = None,
    proof_sent_at: int | None = None,
    *,
    zone: str | None = None,
) -> RefundPeriod:
    """Until when the seller pays back (article 13).

    notice_at: when the seller learned of the withdrawal. received_at: when he had the goods; proof_sent_at: when the
    buyer proved that he sent them; until the earlier of the two the seller may wait. None: not yet. The rest as in
    `withdrawal_period`.
    """
    place = _place(country, zone)
    earliest = place.day_of(notice_at, "notice_at") + timedelta(days=PERIOD_DAYS)
    moments = {"received_at": received_at, "proof_sent_at": proof_sent_at}
    ends = [place.day_of(moment, field) for field, moment in moments.items() if moment is not None]
    period = place.period_ending(max(earliest, min(ends, default=earliest)))
    return RefundPeriod(period.last_day, period.until, period.extended_for, may_wait=not ends)


def grace_needed_s(country: str, years: Iterable[int], days: int = PERIOD_DAYS, *, zone: str | None = None) -> int:
    """The most seconds by which a period of so many days ends later than days × 86,400 s after its event.

    Over all events in these years, the hours until local midnight included. Raises ValueError, which names the field.
    """
    place = _place(country, zone)
    if days < 1:
        raise ValueError(f"days: {days} is no length of a period")
    found = [place.grace_after(day, days) for year in years for day in _days_of(year)]
    if not found:
        raise ValueError("years: there is none")
    return max(found)


# ------------------------------------------------------------------------------------------------------ one calendar


@dataclass(frozen=True)
class _Place:
    """The calendar and the clock of a country."""

    country: str
    zone: ZoneInfo

    def day_of(self, moment: int, field: str) -> date:
        """Local day of a moment."""
        if isinstance(moment, bool) or not isinstance(moment, int):
            raise ValueError(f"{field}: {moment!r} is no whole number of Unix seconds")
        if not FIRST_S <= moment < LAST_S:
            raise ValueError(f"{field}: {moment} is not from {FIRST_S} to {LAST_S - 1}, in Unix seconds UTC")
        return datetime.fromtimestamp(moment, UTC).astimezone(self.zone).date()

    def start_of(self, day: date) -> int:
        """First second of a day, as Unix seconds; where clocks skip midnight, the second of the change."""
        return int(datetime.combine(day, time(), self.zone).timestamp())

    def day_off(self, day: date) -> str | None:
        """Why this is no working day; None: it is one."""
        if day.isoweekday() >= 6:
            return "weekend"
        return _holidays(self.country, day.year).get(day)

    def working_day_from(self, day: date) -> date:
        """This day, or the next that is a working day."""
        while self.day_off(day):
            day += timedelta(days=1)
        return day

    def period_after(self, event: date) -> LegalPeriod:
        """The 14 days after that of the event."""
        return self.period_ending(event + timedelta(days=PERIOD_DAYS))

    def period_ending(self, day: date) -> LegalPeriod:
        """A period that ends with this day, or with the next working day."""
        last_day = self.working_day_from(day)
        skipped = [self.day_off(day + timedelta(days=n)) for n in range((last_day - day).days)]
        return LegalPeriod(last_day, self.start_of(last_day + timedelta(days=1)), tuple(dict.fromkeys(skipped)))

    def grace_after(self, event: date, days: int) -> int:
        """Longest extension of a period whose event is in the first second of this day."""
        last_day = self.working_day_from(event + timedelta(days=days))
        return self.start_of(last_day + timedelta(days=1)) - self.start_of(event) - days * DAY_S


def _place(country: str, zone: str | None) -> _Place:
    """Raises ValueError that names the field."""
    if not (isinstance(country, str) and len(country) == 2 and country.isascii() and _has_holidays(country)):
        raise ValueError(f"country: {country!r} is no ISO 3166-1 alpha-2 code whose holidays are known")
    name = COUNTRIES.get(country) if zone is None else zone
    if name is None:
        raise ValueError(
            f"zone: {country} is none of {', '.join(sorted(COUNTRIES))}, so say the buyer's IANA time zone"
        )
    if name not in _zone_names():
        raise ValueError(f"zone: {name!r} is no IANA time zone, such as Europe/Paris")
    return _Place(country, ZoneInfo(name))


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})  # those are this machine's


@cache
def _has_holidays(country: str) -> bool:
    try:
        return country_holidays(country).country == country  # the package also knows aliases, such as UK
    except NotImplementedError:
        return False


@cache
def _holidays(country: str, year: int) -> dict[date, str]:
    """Public holidays of the whole country by date, in English where the package has it.

    A day off that is worked on a Saturday instead is one too; which Saturday is left out of its name.
    """
    around = range(year - _YEARS_AROUND, year + _YEARS_AROUND + 1)
    calendar = country_holidays(country, years=around, expand=False, language=_language(country))
    return {day: name.partition(_INSTEAD_OF)[0] for day, name in calendar.items() if day.year == year}


def _language(country: str) -> str | None:
    supported = country_holidays(country).supported_languages
    return _LANGUAGE if _LANGUAGE in supported else None


def _a_year_after(day: date) -> date:
    """The same date of the next year; after 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def _days_of(year: int) -> Iterable[date]:
    if not 1 < year < MAXYEAR:
        raise ValueError(f"years: {year} is no year")
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
