from fedliq import plot as plot
from fedliq._version import __version__
from fedliq.alignment import align, as_available, known_at, staleness, week_average
from fedliq.ampleness import qt_end_panel, reserve_demand_data
from fedliq.assessment import (
    QT_DECISIONS,
    QT_STAGES,
    QtEndAssessment,
    QtEndThresholds,
    assess_qt_end,
    score_qt_end,
)
from fedliq.calendar import TURN_WINDOWS, turn_flags
from fedliq.data.availability import as_known, audit_look_ahead, release_time
from fedliq.data.catalog import catalog
from fedliq.data.dataset import Dataset, Provenance
from fedliq.data.files import LocalFiles
from fedliq.data.load import SOURCES, load
from fedliq.data.sample import load_sample, load_sample_holdings, load_sample_maturities
from fedliq.data.tables import (
    load_operations,
    load_reference_rate,
    load_reserve_demand_elasticity,
    load_soma_holdings,
    load_soma_summary,
)
from fedliq.econometrics.elasticity import reserve_demand_elasticity
from fedliq.econometrics.forgetting import ForgettingVAR
from fedliq.econometrics.hinge import HingeCurve, reserve_demand_hinge
from fedliq.econometrics.results import DemandEstimate
from fedliq.econometrics.sampled import BayesianVAR
from fedliq.econometrics.semilog import SemilogCurve, reserve_demand_semilog
from fedliq.exceptions import (
    AlignmentError,
    ApiKeyError,
    CacheError,
    CacheWarning,
    ConvergenceWarning,
    DataError,
    FedliqError,
    FedliqWarning,
    InputTypeError,
    InvalidInputError,
    MalformedAnswerError,
    MissingDataWarning,
    MissingExtraError,
    NotAvailableError,
    RateLimitError,
    SampleError,
    SourceError,
    StaleDataWarning,
    TimeIndexError,
    TrendingLevelsWarning,
    UnitError,
    UnknownSeriesError,
    WeakInstrumentWarning,
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
from fedliq.markets.correlation import rolling_correlation
from fedliq.markets.event_study import EventStudy, event_study
from fedliq.markets.fed_funds import contract_months
from fedliq.markets.fedwatch import FedWatch, meeting_probabilities
from fedliq.markets.lead_lag import LeadLag, lead_lag
from fedliq.markets.search import BlockBootstrap
from fedliq.markets.trends import trend_tests
from fedliq.nowcast import net_liquidity_nowcast
from fedliq.outlook import (
    Outlook,
    balance_sheet_history,
    make_outlook,
    opening_sheet,
    sample_maturity_profile,
)
from fedliq.panel import PANEL_COLUMNS, indicator_panel
from fedliq.policy.rows import DECISIONS
from fedliq.policy.schedule import PolicySchedule
from fedliq.policy.tables import POLICY_TABLES, policy_schedule, policy_table
from fedliq.projection.assumptions import PATH_LINES, Assumptions
from fedliq.projection.backtest import Backtest, backtest_projection, standard_assumptions
from fedliq.projection.balance_sheet import PROJECTION_COLUMNS, Projection, project_balance_sheet
from fedliq.projection.income import project_net_income
from fedliq.projection.maturities import (
    MATURITY_BUCKETS,
    MaturityProfile,
    maturity_profile,
    maturity_profile_from_buckets,
)
from fedliq.projection.opening import OpeningSheet
from fedliq.projection.paths import (
    AbsorbsDrains,
    Constant,
    DebtLimit,
    Drift,
    Growth,
    Seasonal,
    Target,
    seasonal_pattern,
)
from fedliq.projection.plan import projection_dates
from fedliq.projection.prepayment import PrepaymentModel, mbs_principal
from fedliq.projection.purchases import RequiredPurchases, required_purchases
from fedliq.projection.runoff import Redemptions, redemptions, rollover_add_ons, split_over_dates
from fedliq.projection.scenarios import FAN_LINES, Fan, simulate_balance_sheet
from fedliq.projection.shocks import SHOCKS, ShockModel, calibrate_shocks
from fedliq.projection.speeds import fit_prepayment, prepayment_seasonality
from fedliq.regimes import REGIMES, ReserveThresholds, classify_reserves, regime_spells
from fedliq.slope_regimes import SLOPE_REGIMES, classify_slope, compare_regimes
from fedliq.units import Unit, convert

__all__ = [
    "BRIDGE_LINES",
    "DECISIONS",
    "FAN_LINES",
    "MATURITY_BUCKETS",
    "PANEL_COLUMNS",
    "PATH_LINES",
    "POLICY_TABLES",
    "PROJECTION_COLUMNS",
    "QT_DECISIONS",
    "QT_STAGES",
    "REGIMES",
    "SHOCKS",
    "SLOPE_REGIMES",
    "SOURCES",
    "TURN_WINDOWS",
    "AbsorbsDrains",
    "AlignmentError",
    "ApiKeyError",
    "Assumptions",
    "Backtest",
    "BayesianVAR",
    "BlockBootstrap",
    "CacheError",
    "CacheWarning",
    "Constant",
    "ConvergenceWarning",
    "DataError",
    "Dataset",
    "DebtLimit",
    "DemandEstimate",
    "Drift",
    "EventStudy",
    "Fan",
    "FedWatch",
    "FedliqError",
    "FedliqWarning",
    "ForgettingVAR",
    "Growth",
    "HingeCurve",
    "InputTypeError",
    "InvalidInputError",
    "LeadLag",
    "LocalFiles",
    "MalformedAnswerError",
    "MaturityProfile",
    "MissingDataWarning",
    "MissingExtraError",
    "NotAvailableError",
    "OpeningSheet",
    "Outlook",
    "PolicySchedule",
    "PrepaymentModel",
    "Projection",
    "Provenance",
    "QtEndAssessment",
    "QtEndThresholds",
    "RateLimitError",
    "Redemptions",
    "RequiredPurchases",
    "ReserveThresholds",
    "SampleError",
    "Seasonal",
    "SemilogCurve",
    "ShockModel",
    "SourceError",
    "StaleDataWarning",
    "Target",
    "TimeIndexError",
    "TrendingLevelsWarning",
    "Unit",
    "UnitError",
    "UnknownSeriesError",
    "WeakInstrumentWarning",
    "__version__",
    "align",
    "as_available",
    "as_known",
    "assess_qt_end",
    "audit_look_ahead",
    "backtest_projection",
    "balance_sheet_history",
    "bridge_to_reserves",
    "btfp_runoff",
    "calibrate_shocks",
    "catalog",
    "classify_reserves",
    "classify_slope",
    "compare_regimes",
    "contract_months",
    "convert",
    "corridor_position",
    "event_study",
    "fit_prepayment",
    "indicator_panel",
    "known_at",
    "lead_lag",
    "load",
    "load_operations",
    "load_reference_rate",
    "load_reserve_demand_elasticity",
    "load_sample",
    "load_sample_holdings",
    "load_sample_maturities",
    "load_soma_holdings",
    "load_soma_summary",
    "make_outlook",
    "maturity_profile",
    "maturity_profile_from_buckets",
    "mbs_principal",
    "meeting_probabilities",
    "net_liquidity",
    "net_liquidity_contributions",
    "net_liquidity_from_liabilities",
    "net_liquidity_including_deferred_asset",
    "net_liquidity_nowcast",
    "net_liquidity_securities_only",
    "net_liquidity_total_reverse_repo",
    "on_rrp_depletion",
    "opening_sheet",
    "policy_schedule",
    "policy_table",
    "prepayment_seasonality",
    "project_balance_sheet",
    "project_net_income",
    "projection_dates",
    "qt_end_panel",
    "rate_spread",
    "redemptions",
    "regime_spells",
    "release_time",
    "required_purchases",
    "reserve_demand_data",
    "reserve_demand_elasticity",
    "reserve_demand_hinge",
    "reserve_demand_semilog",
    "reserves_gap",
    "reserves_to_bank_assets",
    "reserves_to_gdp",
    "rolling_correlation",
    "rollover_add_ons",
    "sample_maturity_profile",
    "score_qt_end",
    "seasonal_pattern",
    "share_at_or_above",
    "simulate_balance_sheet",
    "sofr_iorb_spread",
    "splice_iorb",
    "split_over_dates",
    "spread_outside_turns",
    "srf_take_up",
    "staleness",
    "standard_assumptions",
    "trend_tests",
    "turn_flags",
    "week_average",
]
