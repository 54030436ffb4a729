"""The New York Fed: real answers where they are at hand, its documented format elsewhere."""

import ast
import itertools
import json
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept
from fedliq.data.nyfed import NewYorkFed
from fedliq.data.sources import Request
from newyork import HEADER, publish_holdings, soma_row
from redirected import freeze, new_publisher, serve

NOW = pd.Timestamp("2026-11-21 12:00")
OPERATIONS = "/api/rp/results/search.json"
NUMBERS = itertools.count(1)


@pytest.fixture
def publisher():
    with new_publisher().running() as one:
        yield one


@pytest.fixture
def newyork(publisher):
    return publisher.sources()["nyfed"]


def ask(source, name, **options):
    ((_, outcome),) = source.deliver([Request(fl.catalog()[name], **options)])
    if isinstance(outcome, fl.FedliqError):
        raise outcome
    return outcome


def figures(source, name):
    return accept(ask(source, name), fl.catalog()[name], NOW)


TODAY = "2026-10-20"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    freeze(monkeypatch, f"{TODAY} 18:00")


def last_asked(publisher):
    parts = urlsplit(publisher.asked[-1])
    return parts.path, {key: one[0] for key, one in parse_qs(parts.query).items()}


def operation(day, amount, kind="Reverse Repo", **fields):
    return {
        "operationId": f"RP {day} {next(NUMBERS)}",
        "auctionStatus": "Results",
        "operationDate": day,
        "operationType": kind,
        "term": "Overnight",
        "note": "",
        "acceptedCpty": 5,
        "totalAmtSubmitted": amount,
        "totalAmtAccepted": amount,
        "details": [{"securityType": "Treasury", "amtAccepted": amount}],
    } | fields


def publish(publisher, *operations):
    serve(publisher, OPERATIONS, json.dumps({"repo": {"operations": operations}}))


# -- reverse repo --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(shared):
    """The interface's own rows, from 2022-01-03 to 2025-11-24."""
    table = pd.read_csv(shared("data", "nyfed_reverse_repo_operations.csv"))
    assert len(table) == 965
    rows = table.to_dict("records")
    for row in rows:
        row["details"] = ast.literal_eval(row["details"])
        row["propositions"] = ast.literal_eval(str(row["propositions"]))
        row |= {"operationType": "Reverse Repo", "auctionStatus": "Results"}
        row |= {"term": "Overnight", "note": ""}
    return rows


def test_real_operations_are_the_published_take_up_day_by_day(
    publisher, newyork, answered, sample
):
    """RRPONTSYD, which FRED takes from the New York Fed, on all 965 days."""
    publish(publisher, *answered)
    accepted = figures(newyork, "on_rrp")
    assert len(accepted) == 965
    published = sample["on_rrp"].reindex(accepted.index)
    pd.testing.assert_series_equal(accepted, published, rtol=1e-12, check_freq=False)


def test_real_operations_give_the_award_rate(publisher, newyork, answered, sample):
    publish(publisher, *answered)
    accepted = figures(newyork, "on_rrp_rate")
    published = sample["on_rrp_rate"].reindex(accepted.index)
    assert len(accepted) == 965
    pd.testing.assert_series_equal(
        accepted[published.notna()], published.dropna(), check_freq=False
    )
    # Administered: FOMC implementation notes of 2022-03-16 and 2025-10-29.
    assert accepted[pd.Timestamp("2022-03-16")] == 0.05
    assert accepted[pd.Timestamp("2022-03-17")] == 0.30
    assert accepted[pd.Timestamp("2025-10-30")] == 3.75


@pytest.mark.parametrize(
    "left_out",
    [
        {"note": "Statement Regarding Repurchase Agreement Small Value Exercise"},
        {"note": "small value exercise"},
        {"term": "Term"},
        {"auctionStatus": "Announced"},
        {"operationType": "Repo"},
    ],
)
def test_tests_term_operations_and_announcements_are_no_take_up(publisher, newyork, left_out):
    other = operation("2026-08-20", 5_000_000_000) | left_out
    publish(publisher, operation("2026-08-19", 317_000_000), other)
    assert figures(newyork, "on_rrp").to_dict() == {pd.Timestamp("2026-08-19"): 0.317}


def test_what_is_asked_of_the_interface(publisher, newyork):
    ask(newyork, "on_rrp", since=pd.Timestamp("2026-08-01"))
    query = {"operationTypes": "Reverse Repo", "startDate": "2026-08-01", "endDate": TODAY}
    assert last_asked(publisher) == (OPERATIONS, query)
    ask(newyork, "on_rrp", since=pd.Timestamp("2001-01-01"))
    assert last_asked(publisher)[1]["startDate"] == "2013-09-23"  # the first operation
    ask(newyork, "srf")
    # The day the facility opened.
    query = {"operationTypes": "Repo", "startDate": "2021-07-29", "endDate": TODAY}
    assert last_asked(publisher) == (OPERATIONS, query)


# -- standing repo facility ----------------------------------------------------------------


def test_operations_of_one_day_are_summed(publisher, newyork, sample):
    """Morning and afternoon make up the published day; how they split it is made up here."""
    publish(
        publisher,
        operation("2025-10-31", 20_350_000_000, "Repo"),
        operation("2025-10-31", 30_000_000_000, "Repo"),
        operation("2025-11-03", 0, "Repo"),
        operation("2025-11-03", 22_000_000_000, "Repo"),
    )
    summed = figures(newyork, "srf")
    assert summed.tolist() == sample["srf"].reindex(summed.index).tolist() == [50.35, 22.0]


def test_an_operation_that_is_listed_twice_is_refused_and_not_summed(publisher, newyork):
    once = operation("2025-10-31", 20_350_000_000, "Repo")
    publish(publisher, once, once)
    with pytest.raises(fl.DataError, match="lists an operation more than once"):
        ask(newyork, "srf")


def test_two_rates_of_one_day_are_refused(publisher, newyork):
    """Amounts add up, rates do not."""
    rate = {"details": [{"percentAwardRate": 3.75}]}
    publish(publisher, *(operation("2025-11-24", 1, **rate) for _ in range(2)))
    with pytest.raises(fl.DataError, match="2025-11-24 more than once"):
        ask(newyork, "on_rrp_rate")


def test_an_amount_that_is_not_stated_is_missing_and_not_zero(publisher, newyork):
    publish(publisher, operation("2026-08-19", "NA"), operation("2026-08-20", 225_000_000))
    assert figures(newyork, "on_rrp").to_dict() == {pd.Timestamp("2026-08-20"): 0.225}


# -- reference rates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "family"),
    [
        ("sofr", "secured"),
        ("tgcr", "secured"),
        ("bgcr", "secured"),
        ("effr", "unsecured"),
        ("obfr", "unsecured"),
    ],
)
def test_rates_are_asked_for_by_family(publisher, newyork, rate, family):
    delivery = ask(newyork, rate, since=pd.Timestamp("2026-08-01"))
    assert last_asked(publisher) == (
        f"/api/rates/{family}/{rate}/search.json",
        {"startDate": "2026-08-01", "endDate": TODAY},
    )
    assert delivery.unit == "percent"


def row(day, rate, revised="", **fields):
    return {"effectiveDate": day, "percentRate": rate, "revisionIndicator": revised} | fields


@pytest.mark.parametrize("revised_first", [True, False])
def test_of_a_rate_that_was_revised_the_revised_one_is_kept(publisher, newyork, revised_first):
    both = [row("2026-08-19", 3.68), row("2026-08-19", 3.70, "[r]")]
    rows = [row("2026-08-20", 3.66), *(both[::-1] if revised_first else both)]
    serve(publisher, "/api/rates/secured/sofr/search.json", json.dumps({"refRates": rows}))
    assert figures(newyork, "sofr").tolist() == [3.70, 3.66]


@pytest.mark.parametrize("mark", ["", "[r]"])
def test_two_rates_of_one_day_with_equal_claims_are_refused(publisher, newyork, mark):
    rows = [row("2026-08-19", 3.68, mark), row("2026-08-19", 3.70, mark)]
    serve(publisher, "/api/rates/secured/sofr/search.json", json.dumps({"refRates": rows}))
    with pytest.raises(fl.DataError, match="SOFR: the answer gives 2026-08-19 more than once"):
        ask(newyork, "sofr")


def test_the_table_of_a_rate_has_its_percentiles_and_volume(publisher, newyork):
    published = row(
        "2025-10-31", 4.22, percentPercentile1=4.0, percentPercentile25=4.1,
        percentPercentile75=4.3, percentPercentile99=4.4, volumeInBillions=3000,
    )  # fmt: skip
    earlier = row("2025-10-30", 4.04, percentPercentile1="NA", volumeInBillions=None)
    serve(
        publisher,
        "/api/rates/secured/sofr/search.json",
        json.dumps({"refRates": [published, earlier]}),
    )
    table = newyork.rate_table("sofr")
    assert table.index.name == "date"
    assert table.index.strftime("%F").tolist() == ["2025-10-30", "2025-10-31"]
    assert table.loc["2025-10-31"].to_dict() == {
        "rate": 4.22, "percentile_1": 4.0, "percentile_25": 4.1, "percentile_75": 4.3,
        "percentile_99": 4.4, "volume_bn": 3000,
    }  # fmt: skip
    assert table.loc["2025-10-30"].drop("rate").isna().all()


# -- tables --------------------------------------------------------------------------------


def test_the_table_of_operations_has_amounts_in_billions_and_rates(publisher, newyork, answered):
    publish(publisher, *(one | {"totalAmtSubmitted": 0} for one in answered))
    table = newyork.operation_table("Reverse Repo")
    assert len(table) == 965
    # RP 010322 1: 1,579,526 USD mn accepted of 76 counterparties at 0.05 %.
    first = table.loc["2022-01-03"]
    assert first["operation"] == "RP 010322 1"
    assert first["term"] == "Overnight"
    assert first["accepted_bn"] == 1579.526
    assert first["counterparties"] == 76
    assert first["offering_rate_pct"] == first["award_rate_pct"] == 0.05


def test_an_operation_of_several_kinds_of_collateral_has_no_one_rate(publisher, newyork):
    kinds = [
        {"securityType": one, "amtAccepted": 1, "percentOfferingRate": 4.0, "percentAwardRate": 4}
        for one in ("Treasury", "Agency", "Mortgage-Backed")
    ]
    publish(publisher, operation("2025-10-31", 3, "Repo", details=kinds))
    table = newyork.operation_table("Repo")
    assert table["accepted_bn"].tolist() == [3e-9]
    assert table[["offering_rate_pct", "award_rate_pct"]].isna().all(axis=None)


def test_the_summary_is_read_in_billions_and_nothing_is_not_zero(publisher, newyork):
    """The row of 2003-11-19 as the interface gives it; no floating rate notes yet, no MBS."""
    published = {
        "asOfDate": "2003-11-19",
        "agencies": "10000000",
        "bills": "242958086000",
        "cmbs": "0.00",
        "frn": "",
        "mbs": "0.00",
        "notesbonds": "404669247000",
        "tips": "13454483000",
        "tipsInflationCompensation": "1621412000",
        "total": "661091816000.00",
    }
    serve(publisher, "/api/soma/summary.json", json.dumps({"soma": {"summary": [published]}}))
    table = newyork.summary_table()
    assert table.index.tolist() == [pd.Timestamp("2003-11-19")]
    (summary,) = table.to_dict("records")
    assert pd.isna(summary.pop("frn"))
    assert summary == {
        "bills": 242.958086, "notes_and_bonds": 404.669247, "tips": 13.454483,
        "tips_inflation_compensation": 1.621412, "agencies": 0.01, "mbs": 0, "cmbs": 0,
        "total": 661.091816,
    }  # fmt: skip
    # Par of all types: compensation is not part of it.
    parts = ("bills", "notes_and_bonds", "tips", "agencies", "mbs", "cmbs")
    assert sum(summary[one] for one in parts) == pytest.approx(summary["total"], abs=1e-9)


# -- holdings by CUSIP ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled():
    return fl.load_sample_holdings()


def test_holdings_read_back_as_they_were_published(publisher, newyork, bundled):
    rows = [soma_row(one) for one in bundled.itertuples()]
    agency = [one for one in rows if one["securityType"] in ("Agency Debts", "CMBS")]
    publish_holdings(publisher, [one for one in rows if one not in agency], agency)
    read = newyork.holdings_table(pd.Timestamp("2022-02-16"))
    # The bundled file gives no amounts of CMBS.
    cmbs = bundled["security_type"] == "CMBS"
    expected = pd.concat(
        [
            bundled[~bundled["cusip"].isin([one["cusip"] for one in agency])],
            bundled[bundled["cusip"].isin([one["cusip"] for one in agency])],
        ],
        ignore_index=True,
    )
    assert cmbs.sum() == 652
    assert read.loc[read["security_type"] == "CMBS", "par_bn"].tolist() == [0.013921] * 652
    expected["par_bn"] = expected["par_bn"].fillna(0.013921)
    pd.testing.assert_frame_equal(read, expected, rtol=1e-12, check_dtype=False)


def test_treasuries_sum_to_the_h41(publisher, newyork, bundled):
    """H.4.1 of 2022-02-17: 5,738,619 USD mn of Treasuries, compensation included."""
    treasuries = [soma_row(one) for one in bundled.itertuples()]
    treasuries = [one for one in treasuries if one["securityType"] not in ("Agency Debts", "CMBS")]
    publish_holdings(publisher, treasuries, [])
    read = newyork.holdings_table(pd.Timestamp("2022-02-16"))
    total = read["par_bn"].sum() + read["inflation_compensation_bn"].sum()
    assert round(total, 3) == 5738.619


@pytest.mark.parametrize("no_maturity", [{}, {"maturityDate": ""}, {"maturityDate": None}])
def test_mbs_have_face_and_no_maturity_and_the_profile_takes_them(
    publisher, newyork, bundled, no_maturity
):
    treasuries = [
        soma_row(one)
        for one in bundled.itertuples()
        if one.security_type not in ("Agency Debts", "CMBS")
    ]
    pool = {
        "asOfDate": "2022-02-16", "cusip": "3132DWBK2", "securityType": "MBS", "issuer": "",
        "spread": "", "coupon": "", "term": "30yr", "currentFaceValue": "2695537000000.00",
        "isAggregated": "Y",
    } | no_maturity  # fmt: skip
    publish_holdings(publisher, treasuries, [pool])
    read = newyork.holdings_table(pd.Timestamp("2022-02-16"))
    mbs = read.iloc[-1]
    assert (mbs["security_type"], mbs["par_bn"]) == ("MBS", 2695.537)
    assert pd.isna(mbs["maturity"])
    profile = fl.maturity_profile(read, "2022-02-16")
    expected = fl.maturity_profile(bundled, "2022-02-16")
    pd.testing.assert_frame_equal(profile.to_frame(), expected.to_frame())


def test_a_security_without_an_amount_is_refused_by_name(publisher, newyork, bundled):
    security = soma_row(bundled.iloc[0]) | {"parValue": ""}
    publish_holdings(publisher, [security], [])
    with pytest.raises(fl.DataError, match="912796L80 has no par"):
        newyork.holdings_table(pd.Timestamp("2022-02-16"))


def test_a_day_without_holdings_is_not_available(publisher, newyork):
    publish_holdings(publisher, [], [], day="2022-02-17")
    with pytest.raises(fl.NotAvailableError, match="Wednesdays"):
        newyork.holdings_table(pd.Timestamp("2022-02-17"))


# -- reserve demand elasticity -------------------------------------------------------------


def test_the_elasticity_is_read_by_the_names_of_its_columns(publisher, newyork):
    body = HEADER + "1/27/2010,-0.2,-0.6,0.2,-0.4,0.1\n1/20/2010,-0.1,-0.5,0.3,-0.3,0.15\n"
    serve(publisher, "/elasticity-data.csv", body)
    table = newyork.elasticity_table()
    assert table.index.tolist() == [pd.Timestamp("2010-01-20"), pd.Timestamp("2010-01-27")]
    assert table.iloc[0].to_dict() == {
        "median": -0.1, "lower_95": -0.5, "upper_95": 0.3, "lower_68": -0.3, "upper_68": 0.15,
    }  # fmt: skip
    ordered = table[["lower_95", "lower_68", "median", "upper_68", "upper_95"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


@pytest.mark.parametrize(
    "body",
    [
        HEADER.replace("50th percentile (main)", "median") + "1/20/2010,1,1,1,1,1\n",
        HEADER + "2010-01-20,1,1,1,1,1\n",
        HEADER + "1/20/2010,low,1,1,1,1\n",
        "<html>Not Found</html>",
        "",
    ],
)
def test_an_elasticity_of_another_layout_is_refused(publisher, newyork, body):
    serve(publisher, "/elasticity-data.csv", body)
    with pytest.raises(fl.MalformedAnswerError, match="reserve demand elasticity"):
        newyork.elasticity_table()


# -- answers of another kind ---------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ['{"refRates": {}}', '{"refRates": [{"effectiveDate": "2026-08-19"}]}', "{}", "[]", "null"],
)
def test_an_answer_without_its_fields_is_refused(publisher, newyork, body):
    serve(publisher, "/api/rates/secured/sofr/search.json", body)
    with pytest.raises(fl.MalformedAnswerError, match=r"New York Fed: SOFR: .*refRates"):
        ask(newyork, "sofr")


def test_the_addresses_by_default_are_those_of_the_publisher():
    newyork = NewYorkFed()
    assert newyork._root_url == "https://markets.newyorkfed.org/api"
    assert newyork._elasticity_url == (
        "https://www.newyorkfed.org/medialibrary/research/interactives/data/elasticity/"
        "elasticity-data.csv"
    )
