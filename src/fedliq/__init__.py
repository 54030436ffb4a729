"""US dollar liquidity as the Federal Reserve makes it.

Pure functions over pandas time series, fed by a data edge that fixes units and dates
once. Levels are USD billions, rates percent per year, spreads basis points and ratios
plain fractions.

>>> import fedliq as fl
>>> dataset = fl.load_sample()
>>> fed_assets, tga, on_rrp = fl.align(dataset["fed_assets"], dataset["tga"], dataset["on_rrp"])
>>> float(fl.net_liquidity(fed_assets, tga, on_rrp).loc["2022-12-28"].round(1))
5848.4
"""

from __future__ import annotations

from fedliq._version import __version__

# Where each public name lives. Modules load when a name is first used, so that
# "import fedliq" costs next to nothing. Editors and type checkers read the same names in
# __init__.pyi; a test holds the two together.
_HOMES = {
    "fedliq.alignment": ("align", "as_available", "known_at", "staleness", "week_average"),
    "fedliq.ampleness": ("qt_end_panel", "reserve_demand_data"),
    "fedliq.assessment": (
        "QT_DECISIONS",
        "QT_STAGES",
        "QtEndAssessment",
        "QtEndThresholds",
        "assess_qt_end",
        "score_qt_end",
    ),
    "fedliq.calendar": ("TURN_WINDOWS", "turn_flags"),
    "fedliq.data.availability": ("as_known", "audit_look_ahead", "release_time"),
    "fedliq.data.catalog": ("catalog",),
    "fedliq.data.dataset": ("Dataset", "Provenance"),
    "fedliq.data.files": ("LocalFiles",),
    "fedliq.data.load": ("SOURCES", "load"),
    "fedliq.data.sample": ("load_sample", "load_sample_holdings", "load_sample_maturities"),
    "fedliq.data.tables": (
        "load_operations",
        "load_reference_rate",
        "load_reserve_demand_elasticity",
        "load_soma_holdings",
        "load_soma_summary",
    ),
    "fedliq.econometrics.elasticity": ("reserve_demand_elasticity",),
    "fedliq.econometrics.forgetting": ("ForgettingVAR",),
    "fedliq.econometrics.hinge": ("HingeCurve", "reserve_demand_hinge"),
    "fedliq.econometrics.results": ("DemandEstimate",),
    "fedliq.econometrics.sampled": ("BayesianVAR",),
    "fedliq.econometrics.semilog": ("SemilogCurve", "reserve_demand_semilog"),
    "fedliq.exceptions": (
        "AlignmentError",
        "ApiKeyError",
        "CacheError",
        "CacheWarning",
        "ConvergenceWarning",
        "DataError",
        "FedliqError",
        "FedliqWarning",
        "InputTypeError",
        "InvalidInputError",
        "MalformedAnswerError",
        "MissingDataWarning",
        "MissingExtraError",
        "NotAvailableError",
        "RateLimitError",
        "SampleError",
        "SourceError",
        "StaleDataWarning",
        "TimeIndexError",
        "TrendingLevelsWarning",
        "UnitError",
        "UnknownSeriesError",
        "WeakInstrumentWarning",
    ),
    "fedliq.indicators.bridge": ("BRIDGE_LINES", "bridge_to_reserves"),
    "fedliq.indicators.facilities": ("btfp_runoff", "on_rrp_depletion", "srf_take_up"),
    "fedliq.indicators.liquidity": (
        "net_liquidity",
        "net_liquidity_contributions",
        "net_liquidity_from_liabilities",
        "net_liquidity_including_deferred_asset",
        "net_liquidity_securities_only",
        "net_liquidity_total_reverse_repo",
    ),
    "fedliq.indicators.reserves": (
        "reserves_gap",
        "reserves_to_bank_assets",
        "reserves_to_gdp",
    ),
    "fedliq.indicators.spreads": (
        "corridor_position",
        "rate_spread",
        "share_at_or_above",
        "sofr_iorb_spread",
        "splice_iorb",
        "spread_outside_turns",
    ),
    "fedliq.markets.correlation": ("rolling_correlation",),
    "fedliq.markets.event_study": ("EventStudy", "event_study"),
    "fedliq.markets.fed_funds": ("contract_months",),
    "fedliq.markets.fedwatch": ("FedWatch", "meeting_probabilities"),
    "fedliq.markets.lead_lag": ("LeadLag", "lead_lag"),
    "fedliq.markets.search": ("BlockBootstrap",),
    "fedliq.markets.trends": ("trend_tests",),
    "fedliq.nowcast": ("net_liquidity_nowcast",),
    "fedliq.outlook": (
        "Outlook",
        "balance_sheet_history",
        "make_outlook",
        "opening_sheet",
        "sample_maturity_profile",
    ),
    "fedliq.panel": ("PANEL_COLUMNS", "indicator_panel"),
    "fedliq.policy.rows": ("DECISIONS",),
    "fedliq.policy.schedule": ("PolicySchedule",),
    "fedliq.policy.tables": ("POLICY_TABLES", "policy_schedule", "policy_table"),
    "fedliq.projection.assumptions": ("PATH_LINES", "Assumptions"),
    "fedliq.projection.backtest": ("Backtest", "backtest_projection", "standard_assumptions"),
    "fedliq.projection.balance_sheet": (
        "PROJECTION_COLUMNS",
        "Projection",
        "project_balance_sheet",
    ),
    "fedliq.projection.income": ("project_net_income",),
    "fedliq.projection.maturities": (
        "MATURITY_BUCKETS",
        "MaturityProfile",
        "maturity_profile",
        "maturity_profile_from_buckets",
    ),
    "fedliq.projection.opening": ("OpeningSheet",),
    "fedliq.projection.paths": (
        "AbsorbsDrains",
        "Constant",
        "DebtLimit",
        "Drift",
        "Growth",
        "Seasonal",
        "Target",
        "seasonal_pattern",
    ),
    "fedliq.projection.plan": ("projection_dates",),
    "fedliq.projection.prepayment": ("PrepaymentModel", "mbs_principal"),
    "fedliq.projection.purchases": ("RequiredPurchases", "required_purchases"),
    "fedliq.projection.runoff": (
        "Redemptions",
        "redemptions",
        "rollover_add_ons",
        "split_over_dates",
    ),
    "fedliq.projection.scenarios": ("FAN_LINES", "Fan", "simulate_balance_sheet"),
    "fedliq.projection.shocks": ("SHOCKS", "ShockModel", "calibrate_shocks"),
    "fedliq.projection.speeds": ("fit_prepayment", "prepayment_seasonality"),
    "fedliq.regimes": ("REGIMES", "ReserveThresholds", "classify_reserves", "regime_spells"),
    "fedliq.slope_regimes": ("SLOPE_REGIMES", "classify_slope", "compare_regimes"),
    "fedliq.units": ("Unit", "convert"),
}
# Modules that are used as such: fl.plot.net_liquidity.
_MODULES = ("plot",)
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME_OF]  # noqa: PLE0604 - strings, from the table above


def __getattr__(name: str) -> object:
    if name not in _HOME_OF and name not in _MODULES:
        raise AttributeError(f"module 'fedliq' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only when a name is first used

    if name in _MODULES:
        return import_module(f"fedliq.{name}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
