"""Prices of federal funds futures that follow a path of the rate, made up."""

from __future__ import annotations

import pandas as pd

from fedliq.report.brief import make_brief
from fedliq.report.formats import as_text
from fedliq.report.page import Document
from fedliq.report.priced import Priced, priced_in, priced_section
from futures import priced

# No meeting in August 2022; the next are of 21 September, 2 November, 14 December and 1 February
# (Board, FOMC calendars). The range was 2.25-2.50 (implementation note of 27 July 2022).
DAY = pd.Timestamp("2022-08-10")
# Four tenths of a rise, then a fifth of a cut, each in force on the day after, then nothing.
PATH = {"2022-08-01": 2.33, "2022-09-22": 2.43, "2022-11-03": 2.38}
# The rise of 27 July 2022 (implementation note), in force from the 28th on, and fully priced.
JULY = {"2022-07-01": 1.58, "2022-07-28": 2.33}


def curve(path, until="2023-02") -> dict[str, float]:
    """Price each month at 100 less the average of its days on a path of the rate."""
    return {
        f"ZQ{'FGHJKMNQUVXZ'[month.month - 1]}{month.year % 100:02d}": price
        for month, price in priced(path, min(path)[:7], until).items()
    }


def settled(*days, path=PATH, **options) -> pd.DataFrame:
    """Give every day the same prices."""
    index = pd.DatetimeIndex(days)
    return pd.DataFrame([curve(path, **options)] * len(index), index)


def read(futures, known, day) -> Priced:
    """What is priced at the end of a day, its own closes known."""
    day = pd.Timestamp(day)
    return priced_in(futures, known, day, day + pd.Timedelta("23:59:59"))


def at(dataset, when, futures) -> Priced:
    """The section of a brief at an hour."""
    standing = type(dataset)(dict(dataset), as_of=when, source="a test")
    return make_brief(standing, futures=futures).priced


def words(one) -> str:
    return " ".join(as_text(Document("", (), (priced_section(one),))).split())
