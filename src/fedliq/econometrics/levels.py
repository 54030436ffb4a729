"""A ratio of reserves to bank assets, stated in billions as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fedliq._options import check_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["in_reserves"]


def in_reserves(ratio: Mapping[str, float], bank_assets: float) -> pd.DataFrame:
    """State a ratio and its bands as a fraction and in USD bn of reserves."""
    check_amount(bank_assets, "bank_assets", "bank_assets")
    rows = {
        "ratio": dict(ratio),
        "reserves": {name: value * bank_assets for name, value in ratio.items()},
    }
    table = pd.DataFrame.from_dict(rows, orient="index").astype(float)
    table["unit"] = ["fraction", "USD bn"]
    return table
