"""Charts of fedliq's results, with matplotlib.

Each function takes results of the library and ``ax=None``, and returns the matplotlib Axes
it drew on: a figure of its own where none is given. Nothing is fetched or estimated here, and
no style is set outside the axes. Every chart states its unit, the day of its last observation
and its source; :meth:`fedliq.Dataset.credit` words the source of a dataset's series.

>>> import fedliq as fl
>>> from matplotlib.figure import Figure
>>> panel = fl.indicator_panel(fl.load_sample())["2024":]
>>> ax = fl.plot.reserves_to_bank_assets(
...     panel["reserves_to_bank_assets"], panel["regime"], ax=Figure().subplots()
... )
>>> ax.get_ylabel()
'percent of bank assets'
"""

from __future__ import annotations

from fedliq.exceptions import MissingExtraError

try:
    import matplotlib  # noqa: F401, ICN001 - only to say what is missing
except ImportError as error:
    raise MissingExtraError(
        "fedliq.plot needs matplotlib; install it with pip install 'fedliq[plot]'."
    ) from error

from fedliq.plot.demand import reserve_demand_curve, reserve_demand_elasticity
from fedliq.plot.facilities import facilities
from fedliq.plot.liquidity import net_liquidity, net_liquidity_contributions
from fedliq.plot.markets import event_study, lead_lag
from fedliq.plot.policy import caps_and_purchases
from fedliq.plot.priced import meeting_probabilities, rate_path
from fedliq.plot.projection import crossing_dates, projection_fan
from fedliq.plot.reserves import reserves_to_bank_assets
from fedliq.plot.spreads import sofr_iorb_spread

__all__ = [
    "caps_and_purchases",
    "crossing_dates",
    "event_study",
    "facilities",
    "lead_lag",
    "meeting_probabilities",
    "net_liquidity",
    "net_liquidity_contributions",
    "projection_fan",
    "rate_path",
    "reserve_demand_curve",
    "reserve_demand_elasticity",
    "reserves_to_bank_assets",
    "sofr_iorb_spread",
]
