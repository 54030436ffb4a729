"""Net liquidity day by day, from what is public at an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fedliq._options import check_time_of_day
from fedliq._validate import check_time_index
from fedliq.alignment import known_at
from fedliq.calendar import business_days
from fedliq.data.dataset import check_dataset
from fedliq.exceptions import UnknownSeriesError
from fedliq.indicators.liquidity import net_liquidity
from fedliq.releases import release_times

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset

__all__ = ["net_liquidity_nowcast"]

# A weekly figure serves from its Thursday to the next one, which closures can put off (to the Monday
# of 2025-12-29); a daily # one over a long weekend.
_MAX_STALE = {"fed_assets": "13D", "tga_close": "6D", "tga": "13D", "on_rrp": "6D"}


def net_liquidity_nowcast(
    dataset: Dataset, days: pd.DatetimeIndex | None = None, *, hour: str = "17:00"
) -> pd.DataFrame:
    """Net liquidity on each day, by what was public at an hour of it.

    Parameters
    ----------
    dataset : Dataset
        With ``fed_assets``, ``on_rrp``, and ``tga_close`` or ``tga``.
    days : pandas.DatetimeIndex, optional
        By default the business days of the Reserve Banks from the first H.4.1 of the dataset
        to the last of which it knows the hour.
    hour : str, default "17:00"
        Eastern time of day; at 17:00 everything that comes out on a day is out.

    Returns
    -------
    pandas.DataFrame
        By day: ``net_liquidity``, ``fed_assets``, ``tga``, ``on_rrp`` [USD bn], and the day
        each part is for: ``fed_assets_observed``, ``tga_observed``, ``on_rrp_observed``.

    Raises
    ------
    UnknownSeriesError
        The dataset lacks a part.
    InvalidInputError
        ``hour`` is no time of day.
    TimeIndexError, InputTypeError
        ``days`` are not sorted, unique, naive dates; ``dataset`` is no Dataset.

    See Also
    --------
    net_liquidity : The definition, which is applied unchanged.

    Notes
    -----
    ``fed_assets - tga - on_rrp``, each the last one public: assets of the last H.4.1, the TGA
    of the last Daily Treasury Statement or of the H.4.1 where that is for a later day, ON RRP
    of the last operation. The parts are for different days, which the result states; where they are for one Wednesday,
    it is the standard figure.

    NaN: where a part was not public yet, or is older than 13 days (assets, the TGA of the
    H.4.1) or 6 days (statement, operation).

    Timing: as known at the hour. Revisions are not undone.

    Examples
    --------
    On the Friday of a bank run, the assets known are still those of the Wednesday before.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> friday = pd.DatetimeIndex(["2023-03-10"])
    >>> nowcast = fl.net_liquidity_nowcast(fl.load_sample(), friday)
    >>> str(nowcast["fed_assets_observed"].iloc[0].date())
    '2023-03-08'
    >>> str(nowcast["on_rrp_observed"].iloc[0].date())
    '2023-03-10'
    """
    check_dataset(dataset)
    _check_parts(dataset)
    offset = check_time_of_day(hour, "hour")
    if days is None:
        first = dataset["fed_assets"].index[:1]
        days = business_days(first[0], dataset.as_of) if len(first) else pd.DatetimeIndex([])
        days = days[days + offset <= dataset.moment]
    index = check_time_index(days, "days")
    moments = index + offset
    parts = {
        name: _known(dataset, name, moments).set_axis(index)
        for name in _MAX_STALE
        if name in dataset
    }
    parts["tga"] = _later(parts.get("tga_close"), parts.get("tga"))
    columns = {name: parts[name]["value"] for name in ("fed_assets", "tga", "on_rrp")}
    return pd.DataFrame(
        {
            "net_liquidity": net_liquidity(**columns),
            **columns,
            **{f"{name}_observed": parts[name]["observed"] for name in columns},
        },
        index=index,
    )


def _check_parts(dataset: Dataset) -> None:
    for needed in (("fed_assets",), ("on_rrp",), ("tga_close", "tga")):
        if not any(name in dataset for name in needed):
            raise UnknownSeriesError(
                f"dataset: has no {' or '.join(repr(name) for name in needed)}, a part of net "
                "liquidity; load it too."
            )


def _known(dataset: Dataset, name: str, moments: pd.DatetimeIndex) -> pd.DataFrame:
    series = dataset[name]
    public = release_times(
        check_time_index(series.index, name), dataset.provenance(name).info.release_rule
    )
    return known_at(series, public, moments, max_stale=_MAX_STALE[name])


def _later(daily: pd.DataFrame | None, weekly: pd.DataFrame | None) -> pd.DataFrame:
    """Take the one that is for the later day, the statement where both are for the same."""
    if daily is None or weekly is None:
        return daily if weekly is None else weekly  # type: ignore[return-value]  # one is there
    weekly_is_later = (weekly["observed"] > daily["observed"]) | daily["observed"].isna()
    return daily.where(~weekly_is_later, weekly)
