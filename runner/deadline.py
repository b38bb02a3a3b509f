"""Until when data can be taken back: what a protocol writes, the day that it is, and how it is told."""

import re
from datetime import date, timedelta
from typing import Self

from attrs import frozen

MOST_DAYS = 3650
_DAYS = re.compile(r"([1-9][0-9]{0,3}) days?")

# Months as each language writes them in a date, and the date's and the span's form; other languages write ISO 8601.
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
_DATE = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}", "ar": "{day} {month} {year}"}
_SPAN = {"en": "{} days after this session", "de": "{} Tage nach dieser Sitzung", "ar": "مرور {} يوماً على هذه الجلسة"}


@frozen
class Deadline:
    """A date, or a number of days after the session; exactly one of them is there."""

    day: date | None = None
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2027-03-15" or "30 days"; raises ValueError that says what is wanted."""
        span = _DAYS.fullmatch(text.strip())
        if span and int(span[1]) <= MOST_DAYS:
            return cls(days=int(span[1]))
        try:
            if len(text.strip()) == len("2027-03-15"):
                return cls(day=date.fromisoformat(text.strip()))
        except ValueError:
            pass
        raise ValueError(f"wants a date such as 2027-03-15, or days such as '30 days', at most {MOST_DAYS}")

    def of(self, held: date) -> date:
        """The last day on which data of a session held on that day can be taken back."""
        return self.day or held + timedelta(days=self.days)

    def told(self, language: str) -> str:
        """As participants read it."""
        short = language.split("-")[0].lower()
        if self.day is None:
            return _SPAN.get(short, _SPAN["en"]).format(self.days)
        if short not in _MONTHS:
            return self.day.isoformat()
        month = _MONTHS[short].split()[self.day.month - 1]
        return _DATE[short].format(day=self.day.day, month=month, year=self.day.year)
