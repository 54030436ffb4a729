"""The one place where the clock is read: what is fresh depends on it."""

from __future__ import annotations

import pandas as pd

__all__ = ["ago", "utc_now"]


def utc_now() -> pd.Timestamp:
    """Return the time, in UTC."""
    return pd.Timestamp.now("UTC")  # noqa: TID251 - here and nowhere else


def ago(age: pd.Timedelta) -> str:
    """Say how long ago something was; a clock that went back says "0 minutes"."""
    age = max(age, pd.Timedelta(0))
    if age < pd.Timedelta(2, unit="h"):
        return f"{age // pd.Timedelta(1, unit='m')} minutes"
    if age < pd.Timedelta(2, unit="D"):
        return f"{age // pd.Timedelta(1, unit='h')} hours"
    return f"{age.days} days"
