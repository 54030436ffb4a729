"""The indicator panel as a careful analyst would script it with pandas alone.

It is the named alternative of the panel's benchmark, and an independent oracle: a test
holds its columns equal to those of ``fedliq.indicator_panel``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.tseries.holiday import (
    AbstractHolidayCalendar,
    Holiday,
    USColumbusDay,
    USLaborDay,
    USMartinLutherKingJr,
    USMemorialDay,
    USPresidentsDay,
    USThanksgivingDay,
    sunday_to_monday,
)
from pandas.tseries.offsets import CustomBusinessDay

HELD = pd.Timedelta(6, unit="D")
LABELS = ["scarce", "ample-to-scarce", "ample", "abundant-to-ample", "abundant"]


class BankHolidays(AbstractHolidayCalendar):
    rules = (
        *(
            Holiday(f"{month}-{day}", month=month, day=day, observance=sunday_to_monday)
            for month, day in ((1, 1), (7, 4), (11, 11), (12, 25))
        ),
        Holiday(
            "Juneteenth", month=6, day=19, start_date="2022-01-01", observance=sunday_to_monday
        ),
        USMartinLutherKingJr,
        USPresidentsDay,
        USMemorialDay,
        USLaborDay,
        USColumbusDay,
        USThanksgivingDay,
    )


def held(series, on, tolerance=HELD):
    return series.reindex(on, method="ffill", tolerance=tolerance)


def weeks_ago(series, weeks):
    earlier = held(series, series.index - pd.Timedelta(7 * weeks, unit="D"))
    return earlier.set_axis(series.index)


def emptying(series):
    pace = (series - weeks_ago(series, 4)) / 4
    left = (series / -pace).where(pace < 0, np.inf).where(pace.notna()).mask(series == 0, 0.0)
    return series / series.cummax(), pace, left


def turn_days(days):
    holidays = BankHolidays().holidays("2017-01-01", "2027-12-31")
    business_day = CustomBusinessDay(holidays=holidays)
    first, last = days[0] - pd.Timedelta(120, unit="D"), days[-1] + pd.Timedelta(120, unit="D")
    flagged = set()

    def flag(turn, before, after):
        span = pd.date_range(turn - before * business_day, turn + after * business_day)
        flagged.update(span)

    for month in pd.date_range(first.replace(day=1), last, freq="MS"):
        end = business_day.rollback(month + pd.offsets.MonthEnd(0))
        flag(end, 0, 1)
        if month.month % 3 == 0:
            flag(end, 2, 2)
        flag(business_day.rollforward(month + pd.Timedelta(14, unit="D")), 0, 1)
        if month.month in (1, 4, 6, 9, 12):
            due = month + pd.Timedelta(14, unit="D")
            emancipation = pd.Timestamp(month.year, 4, 16)
            shift = {5: -1, 6: 1}.get(emancipation.day_of_week, 0)
            closed = holidays.append(
                pd.DatetimeIndex([emancipation + pd.Timedelta(shift, unit="D")])
            )
            if month.year == 2020 and month.month in (4, 6):
                due = pd.Timestamp("2020-07-15")
            flag(CustomBusinessDay(holidays=closed).rollforward(due), 0, 1)
    return days.isin(sorted(flagged))


def by_publication(gdp):
    holidays = BankHolidays().holidays("1999-01-01", "2027-12-31")
    due = gdp.index + pd.offsets.QuarterEnd(0) + pd.Timedelta(30, unit="D")
    rolled = [CustomBusinessDay(holidays=holidays).rollforward(day) for day in due]
    put_off = {
        "2013-07-01": "2013-11-07",
        "2018-10-01": "2019-02-28",
        "2025-07-01": "2025-12-23",
        "2025-10-01": "2026-02-20",
    }
    days = [f"{quarter:%Y-%m-%d}" for quarter in gdp.index]
    return gdp.set_axis(
        pd.DatetimeIndex(
            [put_off.get(day, usual) for day, usual in zip(days, rolled, strict=True)]
        )
    )


def panel(series, srf_rate, floor_rate):
    """Compute the columns from a dict of series and two administered rates."""
    on = series["fed_assets"].index
    out = pd.DataFrame(index=on)
    for name in ("fed_assets", "tga", "on_rrp"):
        out[name] = held(series[name], on)
    positions = series["on_rrp"].index.searchsorted(on, side="right") - 1
    age = (on - series["on_rrp"].index[positions]).days.to_numpy().astype(float)
    out["on_rrp_days_stale"] = np.where(out["on_rrp"].notna(), age, np.nan)
    out["net_liquidity"] = out["fed_assets"] - out["tga"] - out["on_rrp"]
    securities, reverse = held(series["securities"], on), held(series["reverse_repo_total"], on)
    out["net_liquidity_securities_only"] = securities - out["tga"] - out["on_rrp"]
    out["net_liquidity_total_reverse_repo"] = out["fed_assets"] - out["tga"] - reverse
    for weeks in (1, 4, 13, 52):
        out[f"net_liquidity_change_{weeks}w"] = out["net_liquidity"].diff(weeks)
    for weeks in (1, 4, 13, 52):
        change = out[f"net_liquidity_change_{weeks}w"]
        for name, sign in (("fed_assets", 1), ("tga", -1), ("on_rrp", -1)):
            moved = sign * out[name].diff(weeks)
            out[f"{name}_contribution_{weeks}w"] = moved.where(change.notna())

    out["reserves"] = held(series["reserves_week_average"], on)
    out["bank_assets"] = held(series["bank_assets"], on)
    ratio = out["reserves"] / out["bank_assets"]
    out["reserves_to_bank_assets"] = ratio
    out["regime"] = pd.cut(ratio, [0, 0.08, 0.10, 0.12, 0.13, 1], labels=LABELS)
    for name, edge in (
        ("gap_to_abundant_upper", 0.13),
        ("gap_to_abundant_lower", 0.12),
        ("gap_to_scarce_upper", 0.10),
        ("gap_to_scarce_lower", 0.08),
    ):
        out[name] = out["reserves"] - edge * out["bank_assets"]
    published = by_publication(series["gdp"])
    out["reserves_to_gdp"] = out["reserves"] / held(published, on, pd.Timedelta(150, unit="D"))

    sofr = series["sofr"]
    days = sofr.index
    paid = pd.concat([series["ioer"], series["iorb"]])
    iorb = paid.reindex(days)
    effr, tgcr = series["effr"], series["tgcr"]
    spread = ((sofr - iorb) * 100).round(6)
    outside = spread[~turn_days(days)].dropna()
    mean = outside.reindex(days).rolling("28D", min_periods=5).mean()
    above = (spread >= 0).astype(float).where(spread.notna())
    share = above.rolling("91D").mean().where(days >= days[0] + pd.Timedelta(90, unit="D"))
    floor = floor_rate.reindex(days, method="ffill")
    ceiling = srf_rate.reindex(days, method="ffill")
    on_rrp_rate = held(series["on_rrp_rate"], tgcr.index)
    daily = {
        "sofr": sofr,
        "iorb": paid,
        "sofr_iorb_spread": spread,
        "spread_outside_turns": outside,
        "spread_outside_turns_28d": mean[days >= outside.index[0] + pd.Timedelta(27, unit="D")],
        "share_at_or_above_iorb": share.dropna(),
        "effr_iorb_spread": ((effr - paid.reindex(effr.index)) * 100).round(6).dropna(),
        "tgcr_on_rrp_spread": ((tgcr - on_rrp_rate) * 100).round(6).dropna(),
        "sofr_corridor_position": ((sofr - floor) / (ceiling - floor)).dropna(),
    }
    share_of_peak, pace, left = emptying(series["on_rrp"])
    daily["on_rrp_share_of_peak"] = share_of_peak
    daily["on_rrp_weekly_pace"] = pace.dropna()
    daily["on_rrp_weeks_to_zero"] = left.dropna()
    btfp, srf = series["btfp"], series["srf"]
    daily["btfp"] = btfp
    daily["btfp_share_of_peak"] = (btfp / btfp.cummax()).fillna(0.0)
    daily["srf"] = srf
    daily["srf_days_used"] = (srf > 0).astype(float).rolling("28D").sum()
    daily["srf_window_max"] = srf.rolling("28D").max()
    for name, one in daily.items():
        out[name] = held(one, on)
    return out
