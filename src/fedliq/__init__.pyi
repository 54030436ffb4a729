from fedliq._version import __version__
from fedliq.alignment import align, as_available, staleness
from fedliq.calendar import TURN_WINDOWS, turn_flags
from fedliq.data.catalog import catalog
from fedliq.data.dataset import Dataset, Provenance
from fedliq.data.sample import load_sample
from fedliq.exceptions import (
    AlignmentError,
    DataError,
    FedliqError,
    InputTypeError,
    InvalidInputError,
    TimeIndexError,
    UnitError,
    UnknownSeriesError,
)
from fedliq.indicators.bridge import BRIDGE_LINES, bridge_to_reserves
from fedliq.indicators.facilities import btfp_runoff, on_rrp_depletion, srf_take_up
from fedliq.indicators.liquidity import (
    net_liquidity,
    net_liquidity_contributions,
    net_liquidity_from_liabilities,
    net_liquidity_including_deferred_asset,
    net_liquidity_securities_only,
    net_liquidity_total_reverse_repo,
)
from fedliq.indicators.reserves import reserves_gap, reserves_to_bank_assets, reserves_to_gdp
from fedliq.indicators.spreads import (
    corridor_position,
    rate_spread,
    share_at_or_above,
    sofr_iorb_spread,
    splice_iorb,
    spread_outside_turns,
)
from fedliq.panel import PANEL_COLUMNS, indicator_panel
from fedliq.policy.schedule import DECISIONS, PolicySchedule
from fedliq.policy.tables import POLICY_TABLES, policy_schedule, policy_table
from fedliq.regimes import REGIMES, ReserveThresholds, classify_reserves, regime_spells
from fedliq.units import Unit, convert

__all__ = [
    "BRIDGE_LINES",
    "DECISIONS",
    "PANEL_COLUMNS",
    "POLICY_TABLES",
    "REGIMES",
    "TURN_WINDOWS",
    "AlignmentError",
    "DataError",
    "Dataset",
    "FedliqError",
    "InputTypeError",
    "InvalidInputError",
    "PolicySchedule",
    "Provenance",
    "ReserveThresholds",
    "TimeIndexError",
    "Unit",
    "UnitError",
    "UnknownSeriesError",
    "__version__",
    "align",
    "as_available",
    "bridge_to_reserves",
    "btfp_runoff",
    "catalog",
    "classify_reserves",
    "convert",
    "corridor_position",
    "indicator_panel",
    "load_sample",
    "net_liquidity",
    "net_liquidity_contributions",
    "net_liquidity_from_liabilities",
    "net_liquidity_including_deferred_asset",
    "net_liquidity_securities_only",
    "net_liquidity_total_reverse_repo",
    "on_rrp_depletion",
    "policy_schedule",
    "policy_table",
    "rate_spread",
    "regime_spells",
    "reserves_gap",
    "reserves_to_bank_assets",
    "reserves_to_gdp",
    "share_at_or_above",
    "sofr_iorb_spread",
    "splice_iorb",
    "spread_outside_turns",
    "srf_take_up",
    "staleness",
    "turn_flags",
]
