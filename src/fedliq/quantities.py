"""One quantity, one name, one unit.

An argument of a public function is one of these names, and the catalog of series uses
the same ones. The plausible range is what a value in the stated unit can possibly be:
wide enough for any scenario, narrow enough that a slip of unit falls outside.
"""

from __future__ import annotations

from dataclasses import dataclass

from fedliq.units import Unit

__all__ = ["QUANTITIES", "Quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a name stands for.

    Attributes
    ----------
    name : str
        As arguments and columns spell it.
    unit : Unit
        The one unit in which fedliq holds it.
    low, high : float [unit]
        Plausible range, both ends allowed.
    meaning : str
        One line for the glossary.
    """

    name: str
    unit: Unit
    low: float
    high: float
    meaning: str

    @property
    def stated(self) -> str:
        """Unit and plausible range, as a refusal states them."""
        return f"{self.unit.value} (plausible: {self.low:g} to {self.high:g})"


# The range of IORB starts at 0.10 because no lower rate has ever been set, while every
# rate written as a fraction (0.0365) lies below it.
_ADMINISTERED_LOW = 0.10
_RATE = (-5.0, 25.0)

_TABLE = (
    Quantity("fed_assets", Unit.USD_BN, 300, 40_000, "Total assets of the Federal Reserve"),
    Quantity(
        "total_liabilities",
        Unit.USD_BN,
        300,
        40_000,
        "Total liabilities of the Federal Reserve, capital not included",
    ),
    Quantity(
        "securities", Unit.USD_BN, 100, 40_000, "Securities held outright by the Federal Reserve"
    ),
    Quantity(
        "tga",
        Unit.USD_BN,
        0,
        5_000,
        "Treasury General Account: the Treasury's balance at the Federal Reserve",
    ),
    Quantity(
        "on_rrp",
        Unit.USD_BN,
        0,
        10_000,
        "Overnight reverse repurchase agreements with private counterparties (ON RRP)",
    ),
    Quantity(
        "reverse_repo_total",
        Unit.USD_BN,
        0,
        10_000,
        "All reverse repurchase agreements of the Federal Reserve, "
        "the foreign official pool included",
    ),
    Quantity(
        "remittances_due",
        Unit.USD_BN,
        -2_000,
        500,
        "Earnings remittances due to the Treasury; negative when it is a deferred asset",
    ),
    Quantity(
        "reverse_repo_foreign",
        Unit.USD_BN,
        0,
        3_000,
        "Reverse repurchase agreements with foreign official and international accounts",
    ),
    Quantity(
        "total_factors_supplying",
        Unit.USD_BN,
        300,
        40_000,
        "Total factors supplying reserve funds",
    ),
    Quantity("currency_in_circulation", Unit.USD_BN, 300, 10_000, "Currency in circulation"),
    Quantity("treasury_cash_holdings", Unit.USD_BN, 0, 10, "Treasury cash holdings"),
    Quantity(
        "term_deposits", Unit.USD_BN, 0, 2_000, "Term deposits held by depository institutions"
    ),
    Quantity("foreign_official_deposits", Unit.USD_BN, 0, 200, "Deposits of foreign officials"),
    Quantity("other_deposits", Unit.USD_BN, 0, 2_000, "Other deposits at the Reserve Banks"),
    Quantity(
        "deposits_other_than_reserves",
        Unit.USD_BN,
        0,
        6_000,
        "Deposits with the Reserve Banks other than reserves, the TGA among them",
    ),
    Quantity(
        "treasury_contributions", Unit.USD_BN, 0, 500, "Treasury's share in credit facilities"
    ),
    Quantity(
        "other_liabilities_and_capital", Unit.USD_BN, -2_000, 500, "Other liabilities and capital"
    ),
    Quantity("federal_reserve_notes", Unit.USD_BN, 300, 10_000, "Federal Reserve notes, net"),
    Quantity(
        "deferred_availability_cash_items", Unit.USD_BN, 0, 20, "Deferred availability cash items"
    ),
    Quantity(
        "other_liabilities", Unit.USD_BN, -2_000, 500, "Other liabilities and accrued dividends"
    ),
    Quantity("total_capital", Unit.USD_BN, 5, 500, "Total capital of the Reserve Banks"),
    Quantity("reserves", Unit.USD_BN, 0, 20_000, "Reserve balances of depository institutions"),
    Quantity("bank_assets", Unit.USD_BN, 500, 200_000, "Total assets of commercial banks"),
    Quantity("gdp", Unit.USD_BN, 200, 200_000, "Nominal gross domestic product, annual rate"),
    Quantity("treasuries", Unit.USD_BN, 100, 40_000, "Treasury securities held outright"),
    Quantity("mbs", Unit.USD_BN, 0, 20_000, "Mortgage-backed securities held outright"),
    Quantity(
        "other_assets",
        Unit.USD_BN,
        -500,
        20_000,
        "Assets of the Federal Reserve other than Treasury and mortgage-backed securities",
    ),
    Quantity(
        "unlisted_liabilities",
        Unit.USD_BN,
        -2_000,
        20_000,
        "Liabilities and capital that a projected sheet does not list apart, net of what "
        "supplies reserves beyond total assets",
    ),
    Quantity("primary_credit", Unit.USD_BN, 0, 2_000, "Primary credit loans outstanding"),
    Quantity("bank_deposits", Unit.USD_BN, 300, 150_000, "Deposits of commercial banks"),
    Quantity(
        "bank_deposits_nsa",
        Unit.USD_BN,
        300,
        150_000,
        "Deposits of commercial banks, not seasonally adjusted",
    ),
    Quantity("btfp", Unit.USD_BN, 0, 2_000, "Bank Term Funding Program loans outstanding"),
    Quantity(
        "srf", Unit.USD_BN, 0, 5_000, "Standing repo facility: amount accepted, all collateral"
    ),
    Quantity("sofr", Unit.PERCENT, *_RATE, "Secured Overnight Financing Rate"),
    Quantity("effr", Unit.PERCENT, *_RATE, "Effective federal funds rate"),
    Quantity("tgcr", Unit.PERCENT, *_RATE, "Tri-party general collateral rate"),
    Quantity("rate", Unit.PERCENT, *_RATE, "Any overnight rate"),
    Quantity("benchmark", Unit.PERCENT, *_RATE, "The rate another one is measured against"),
    Quantity(
        "iorb", Unit.PERCENT, _ADMINISTERED_LOW, _RATE[1], "Interest rate on reserve balances"
    ),
    Quantity(
        "ioer",
        Unit.PERCENT,
        _ADMINISTERED_LOW,
        _RATE[1],
        "Interest rate on excess reserves, until 2021-07-28",
    ),
    Quantity("on_rrp_rate", Unit.PERCENT, *_RATE, "Offering rate of the ON RRP facility"),
    Quantity(
        "srf_rate",
        Unit.PERCENT,
        _ADMINISTERED_LOW,
        _RATE[1],
        "Minimum bid rate of the standing repo facility",
    ),
    Quantity("spread", Unit.BASIS_POINT, -350, 2_000, "Difference of two overnight rates"),
    Quantity(
        "sofr_iorb_spread", Unit.BASIS_POINT, -100, 2_000, "SOFR less the rate on reserve balances"
    ),
    Quantity("ratio", Unit.FRACTION, 0, 0.4, "Reserves over total assets of commercial banks"),
)

QUANTITIES = {quantity.name: quantity for quantity in _TABLE}
