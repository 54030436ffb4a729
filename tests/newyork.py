"""Tables of the New York Fed as its interface lays them out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from redirected import serve

if TYPE_CHECKING:
    from loopback import Publisher

# The first line of the file of the reserve demand elasticity.
HEADER = (
    "Date,Elasticity - 50th percentile (main),Elasticity - 2.5th percentile,"
    "Elasticity - 97.5th percentile,Elasticity - 16th percentile,Elasticity - 84th percentile\n"
)


def soma_row(held) -> dict[str, str]:
    """A row as the interface lays it out: text in USD, and nothing where there is nothing."""

    def text(value):
        return "" if pd.isna(value) else f"{round(value * 1e9, 2):.2f}"

    def percent(value):
        return "" if pd.isna(value) else str(value)

    security = {
        "asOfDate": "2022-02-16",
        "cusip": held.cusip,
        "securityType": held.security_type,
        "maturityDate": "" if pd.isna(held.maturity) else f"{held.maturity:%Y-%m-%d}",
        "issuer": "",
        "spread": percent(held.frn_spread_pct),
        "coupon": percent(held.coupon_pct),
        "parValue": text(held.par_bn),
        "inflationCompensation": text(held.inflation_compensation_bn),
        "percentOutstanding": "0.25",
        "changeFromPriorWeek": "0",
        "changeFromPriorYear": "",
    }
    if held.security_type == "CMBS":
        # Current face instead of par. Each has an equal part of the 9.077 bn of the summary.
        del security["parValue"]
        security |= {"currentFaceValue": "13921000.00", "isAggregated": ""}
    return security


def publish_holdings(publisher: Publisher, treasuries, agencies, day="2022-02-16") -> None:
    for kind, rows in (("tsy", treasuries), ("agency", agencies)):
        path = f"/api/soma/{kind}/get/asof/{day}.json"
        serve(publisher, path, json.dumps({"soma": {"holdings": rows}}))
