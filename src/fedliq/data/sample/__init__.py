"""The bundled sample: officially published figures, so that everything runs offline.

See ``SOURCES.md`` beside the files for the publishers and the terms of use.
"""

from __future__ import annotations

import hashlib
import io
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.data.catalog import catalog
from fedliq.data.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["load_sample", "load_sample_holdings", "load_sample_maturities"]

# Columns of these files carry catalog names ...
_NAMED_FILES = ("weekly.csv", "daily_rates.csv", "daily_operations.csv", "quarterly_gdp.csv")
# ... those of these the Board's codes, over two spans of time.
_LINE_FILES = ("h41_lines_2016-02-03_2017-12-27.csv", "h41_lines_2021-04-28_2023-03-22.csv")
# The last day of the daily figures. A few H.8 weeks published later are in the files too.
_AS_OF = "2026-08-21"


def _read(file: str) -> tuple[pd.DataFrame, str]:
    raw = files("fedliq.data.sample").joinpath(file).read_bytes()
    frame = pd.read_csv(io.BytesIO(raw), index_col="date", parse_dates=["date"])
    return frame, hashlib.sha256(raw).hexdigest()


def _columns() -> Iterator[tuple[str, pd.Series[float], str, str]]:
    """Yield name, values, files and hash of each series."""
    named = set()
    for file in _NAMED_FILES:
        frame, sha256 = _read(file)
        for name in frame.columns:
            named.add(name)
            yield name, frame[name], file, sha256
    frames, hashes = zip(*(_read(file) for file in _LINE_FILES), strict=True)
    lines = pd.concat(frames)
    for name, info in catalog().items():
        if name not in named and info.board in lines.columns:
            yield name, lines[info.board], ", ".join(_LINE_FILES), ", ".join(hashes)


def load_sample() -> Dataset:
    """Return the published figures that ship with the package.

    Returns
    -------
    Dataset
        Weekly H.4.1 and H.8 figures from 2002-12-18, reference and administered rates
        from 2008-10-09, daily operations from 2013-09-23, nominal GDP from 2000, and every
        line of the H.4.1 the bridge to reserves needs for 2016-17 and 2021-23. All in
        canonical units, as of 2026-08-21, as last revised.

    Notes
    -----
    Timing: by observation date. ``load_sample().known_on(day)`` holds only what had been
    published by then. Bank assets go on after ``as_of``, to 2026-09-30; some other series end
    before it.

    Reference rates are those of the Federal Reserve Bank of New York, used under its
    terms; see ``SOURCES.md``. The New York Fed does not sanction or endorse this package
    and has no liability for its use.

    Examples
    --------
    >>> import fedliq as fl
    >>> dataset = fl.load_sample()
    >>> float(dataset["fed_assets"].loc["2022-12-28"])
    8551.169
    >>> provenance = dataset.provenance("fed_assets")
    >>> provenance.series_id, str(provenance.info.native_unit), provenance.observation
    ('WALCL', 'USD mn', 'Wednesday level')
    """
    columns = {name: (values, source, sha256) for name, values, source, sha256 in _columns()}
    return Dataset(
        {name: values for name, (values, _, _) in columns.items()},
        as_of=_AS_OF,
        source={name: f"bundled sample: {source}" for name, (_, source, _) in columns.items()},
        vintage="as last revised, not first prints",
        sha256={name: sha256 for name, (_, _, sha256) in columns.items()},
    )


def load_sample_holdings() -> pd.DataFrame:
    """Return the Treasury and agency securities that the Federal Reserve held on 2022-02-16.

    Returns
    -------
    pandas.DataFrame
        A row for each CUSIP: ``security_type``, ``maturity``, ``coupon_pct`` and
        ``frn_spread_pct`` [percent], ``par_bn`` and ``inflation_compensation_bn`` [USD bn].
        No pools of agency MBS.

    Notes
    -----
    Federal Reserve Bank of New York, System Open Market Account Holdings of Domestic
    Securities.

    Examples
    --------
    >>> import fedliq as fl
    >>> holdings = fl.load_sample_holdings()
    >>> float(holdings.groupby("security_type")["par_bn"].sum()["Bills"].round(3))
    326.044
    """
    return _table("soma_holdings_2022-02-16.csv", "maturity")


def load_sample_maturities() -> pd.DataFrame:
    """Return the remaining maturities of the Treasuries held on 2026-07-01.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``item`` (a key of ``fl.MATURITY_BUCKETS``, or ``bills``, ``tips`` and
        ``tips_compensation`` on the last day for which they are at hand), ``amount_bn``
        [USD bn] and ``source``.

    Examples
    --------
    >>> import fedliq as fl
    >>> table = fl.load_sample_maturities()
    >>> amounts = table.set_index("item")["amount_bn"]
    >>> float(amounts[list(fl.MATURITY_BUCKETS)].sum().round(1))
    4492.3
    """
    return _table("maturities.csv", "date")


def _table(file: str, dates: str) -> pd.DataFrame:
    raw = files("fedliq.data.sample").joinpath(file).read_bytes()
    return pd.read_csv(io.BytesIO(raw), parse_dates=[dates])
