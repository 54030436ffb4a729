"""FRED, with a key through the real fredapi, and without one through the CSV of its graphs."""

from urllib.parse import parse_qs, urlsplit

import fredapi
import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept
from fedliq.data.fred import FredApi, FredGraph, unit_of
from fedliq.data.sources import Request
from loopback import HURRY, KEY
from redirected import new_publisher, serve

NOW = pd.Timestamp("2026-11-21 12:00")
VINTAGE = pd.Timestamp("2010-06-30")


@pytest.fixture
def publisher():
    with new_publisher().running() as one:
        yield one


def ask(source, name, **options):
    ((_, outcome),) = source.deliver([Request(fl.catalog()[name], **options)])
    if isinstance(outcome, fl.FedliqError):
        raise outcome
    return outcome


def queries(publisher):
    """Paths asked for, and their queries without the key."""
    found = []
    for asked in publisher.asked:
        parts = urlsplit(asked)
        query = {key: one[0] for key, one in parse_qs(parts.query).items()}
        query.pop("api_key", None)
        found.append((parts.path, query))
    return found


# -- units ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "unit"),
    [
        ("Millions of U.S. Dollars", "USD mn"),  # WALCL, WTREGEN, WRESBAL of today
        ("Mil. of U.S. $", "USD mn"),
        ("Millions of Dollars", "USD mn"),
        ("Billions of U.S. Dollars", "USD bn"),  # TLAACBW027SBOG
        ("Billions of US Dollars", "USD bn"),  # RRPONTSYD
        ("Billions of Dollars", "USD bn"),  # GDP, and WTREGEN in old vintages
        ("Bil. of $", "USD bn"),
        ("Trillions of Dollars", "USD tn"),
        ("Percent", "percent"),  # SOFR
        ("%", "percent"),
        (" percent ", "percent"),
    ],
)
def test_every_spelling_of_a_unit_at_fred_is_read(declared, unit):
    assert unit_of(declared, "WALCL") == unit


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "Index",
        "Index 2017=100",
        "Billions of Chained 2017 Dollars",
        "Millions of Euros",
        "Millions of Canadian Dollars",
        "Percent Change",
        "Millions",
        "Thousands of U.S. Dollars",
    ],
)
def test_a_unit_that_is_not_known_is_refused_and_quoted(declared):
    with pytest.raises(fl.UnitError, match=r"FRED: WALCL: .*nothing was converted") as refused:
        unit_of(declared, "WALCL")
    assert repr(declared) in str(refused.value)


# -- the interface, through fredapi --------------------------------------------------------


def test_the_interface_is_asked_by_the_real_fredapi(publisher, monkeypatch):
    called = []
    real = fredapi.Fred.get_series

    def watched(self, *args, **options):
        called.append(args[0])
        return real(self, *args, **options)

    monkeypatch.setattr(fredapi.Fred, "get_series", watched)
    ask(publisher.sources()["fred"], "fed_assets")
    assert called == ["WALCL"]


def test_a_series_takes_one_request_for_its_unit_and_one_for_its_figures(publisher):
    delivery = ask(publisher.sources()["fred"], "fed_assets")
    assert queries(publisher) == [
        ("/fred/series", {"series_id": "WALCL"}),
        ("/fred/series/observations", {"series_id": "WALCL"}),
    ]
    assert all(f"api_key={KEY}" in asked for asked in publisher.asked)
    assert (delivery.unit, delivery.frequency, delivery.origin) == (
        "USD mn",
        "weekly",
        "FRED: WALCL",
    )


@pytest.mark.parametrize(
    ("name", "frequency"),
    [("sofr", "daily"), ("iorb", "daily"), ("fed_assets", "weekly"), ("gdp", "quarterly")],
)
def test_the_frequency_is_the_one_declared(publisher, name, frequency):
    assert ask(publisher.sources()["fred"], name).frequency == frequency


def test_since_becomes_the_start_of_the_observations(publisher):
    delivery = ask(publisher.sources()["fred"], "sofr", since=pd.Timestamp("2026-08-10"))
    assert queries(publisher)[-1] == (
        "/fred/series/observations",
        {"series_id": "SOFR", "observation_start": "2026-08-10"},
    )
    assert delivery.figures.index[0] == pd.Timestamp("2026-08-10")


def test_a_vintage_asks_for_one_day_and_gives_one_row_a_date(publisher, sample):
    """Asked for all its vintages, WALCL with more than 2,000 of them would be refused."""
    first_print = sample["fed_assets"].loc[:"2010-06-23"] * 1000
    publisher.vintages["fed_assets", "2010-06-30"] = first_print
    delivery = ask(publisher.sources()["fred"], "fed_assets", vintage=VINTAGE)
    day = {"realtime_start": "2010-06-30", "realtime_end": "2010-06-30"}
    assert queries(publisher) == [
        ("/fred/series", {"series_id": "WALCL"} | day),
        ("/fred/series/observations", {"series_id": "WALCL"} | day),
    ]
    assert delivery.figures.index.is_unique
    assert delivery.figures.index[-1] == pd.Timestamp("2010-06-23")


def test_the_loopback_refuses_all_vintages_at_once_as_fred_does(publisher, sample):
    """Otherwise the test above could not fail."""
    publisher.vintages["fed_assets", "1776-07-04"] = sample["fed_assets"]
    plain = fredapi.Fred(api_key=KEY)
    plain.root_url = f"{publisher.root}/fred"
    with pytest.raises(ValueError, match="exceeds the maximum number of vintage dates"):
        plain.get_series_all_releases("WALCL")


def test_a_vintage_is_read_in_the_unit_of_its_day(publisher, sample):
    """WTREGEN was published in billions once; FRED declares it in millions today."""
    then = sample["tga_week_average"].loc[:"2010-06-23"]
    publisher.vintages["tga_week_average", "2010-06-30"] = then  # USD bn
    source, info = publisher.sources()["fred"], fl.catalog()["tga_week_average"]
    publisher.units["tga_week_average"] = "Billions of Dollars"
    old = ask(source, "tga_week_average", vintage=VINTAGE)
    publisher.units["tga_week_average"] = "Millions of U.S. Dollars"
    new = ask(source, "tga_week_average")
    assert (old.unit, new.unit) == ("USD bn", "USD mn")
    pd.testing.assert_series_equal(
        accept(old, info, NOW), accept(new, info, NOW).loc[:"2010-06-23"], check_exact=True
    )


def test_a_vintage_that_alfred_lacks_is_not_available(publisher):
    with pytest.raises(fl.NotAvailableError, match="does not exist in ALFRED"):
        ask(publisher.sources()["fred"], "fed_assets", vintage=VINTAGE)


def test_missing_is_missing(publisher, sample):
    """FRED's market rates have a row with "." on holidays."""
    holiday = pd.Timestamp("2026-07-03")
    assert holiday not in sample["sofr"].index
    publisher.figures["sofr"] = pd.concat(
        [publisher.figures["sofr"], pd.Series([float("nan")], [holiday])]
    ).sort_index()
    for name in ("fred", "fredgraph"):
        figures = ask(publisher.sources()[name], "sofr").figures
        assert pd.isna(figures[holiday])


def test_a_series_without_a_declared_unit_is_refused(publisher):
    serve(publisher, "/fred/series", '<seriess><series id="WALCL"/></seriess>')
    with pytest.raises(fl.MalformedAnswerError, match="no unit or frequency"):
        ask(publisher.sources()["fred"], "fed_assets")


def test_a_date_that_fredapi_would_take_twice_is_refused(publisher):
    """fredapi keeps the last of several rows of one date, and says nothing."""
    row = '<observation date="2026-08-19" value="{}"/>'
    body = f"<observations>{row.format(6745699)}{row.format(6800000)}</observations>"
    serve(publisher, "/fred/series/observations", body)
    with pytest.raises(fl.DataError, match="2026-08-19 more than once"):
        ask(publisher.sources()["fred"], "fed_assets")


@pytest.mark.parametrize("key", ["", "short", KEY.upper(), KEY + "0", f" {KEY}", None, 7])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(key):
    with pytest.raises(fl.ApiKeyError, match="32 lower-case letters and digits") as refused:
        FredApi(key)
    if key:
        assert str(key) not in str(refused.value).replace("32", "")


def test_no_representation_holds_the_key(publisher):
    source = publisher.sources()["fred"]
    for one in (source, source._fred):
        assert KEY not in repr(one)
        assert KEY not in str(one)


# -- the CSV of the graphs -----------------------------------------------------------------


def test_the_graph_takes_one_request_and_declares_no_unit(publisher):
    delivery = ask(publisher.sources()["fredgraph"], "fed_assets")
    assert queries(publisher) == [("/graph/fredgraph.csv", {"id": "WALCL"})]
    assert delivery.unit is None
    assert delivery.frequency is None
    assert delivery.origin == "FRED graph CSV: WALCL"


def test_since_becomes_the_start_of_the_graph(publisher):
    delivery = ask(publisher.sources()["fredgraph"], "sofr", since=pd.Timestamp("2026-08-10"))
    assert queries(publisher) == [("/graph/fredgraph.csv", {"id": "SOFR", "cosd": "2026-08-10"})]
    assert delivery.figures.index[0] == pd.Timestamp("2026-08-10")


def test_a_vintage_comes_from_alfreds_graph_under_its_stamped_column(publisher, sample):
    publisher.vintages["fed_assets", "2010-06-30"] = sample["fed_assets"].loc[:"2010-06-23"]
    delivery = ask(publisher.sources()["fredgraph"], "fed_assets", vintage=VINTAGE)
    assert queries(publisher) == [
        ("/graph/alfredgraph.csv", {"id": "WALCL", "vintage_date": "2010-06-30"})
    ]
    assert delivery.origin == "FRED graph CSV: WALCL_20100630"
    assert delivery.figures.index[-1] == pd.Timestamp("2010-06-23")


def test_a_vintage_of_another_day_is_refused(publisher):
    serve(publisher, "/graph/alfredgraph.csv", "observation_date,WALCL_20100701\n2010-06-23,1\n")
    with pytest.raises(fl.MalformedAnswerError, match="WALCL_20100630"):
        ask(publisher.sources()["fredgraph"], "fed_assets", vintage=VINTAGE)


@pytest.mark.parametrize("first_column", ["observation_date", "DATE"])
def test_the_graph_is_read_under_both_names_of_its_first_column(publisher, first_column):
    serve(publisher, "/graph/fredgraph.csv", f"{first_column},WALCL\n2026-08-19,6745699\n")
    figures = ask(publisher.sources()["fredgraph"], "fed_assets").figures
    assert figures.to_dict() == {pd.Timestamp("2026-08-19"): 6_745_699}


def test_a_byte_order_mark_and_windows_lines_do_no_harm(publisher):
    body = b"\xef\xbb\xbfobservation_date,WALCL\r\n2026-08-19,6745699\r\n"
    serve(publisher, "/graph/fredgraph.csv", body)
    assert ask(publisher.sources()["fredgraph"], "fed_assets").figures.tolist() == [6_745_699]


@pytest.mark.parametrize(
    "body",
    [
        "observation_date,WSHOSHO\n2026-08-19,1\n",  # another series
        "observation_date,WALCL,WSHOSHO\n2026-08-19,1,1\n",
        "observation_date,WALCL\n2026-08-12,6759955\n2026-08-19,67456",  # cut short
        "observation_date,WALCL\n2026-08-12\n",
        "observation_date,WALCL\n2026-08-12,low\n",
        "",
    ],
)
def test_a_graph_of_another_kind_is_refused(publisher, body):
    serve(publisher, "/graph/fredgraph.csv", body)
    with pytest.raises(fl.MalformedAnswerError, match="FRED: WALCL: "):
        ask(publisher.sources()["fredgraph"], "fed_assets")


def test_a_graph_that_gives_a_date_twice_is_refused(publisher):
    body = "observation_date,WALCL\n2026-08-19,6745699\n2026-08-19,6745699\n"
    serve(publisher, "/graph/fredgraph.csv", body)
    with pytest.raises(fl.DataError, match=r"FRED: WALCL: .* 2026-08-19 more than once"):
        ask(publisher.sources()["fredgraph"], "fed_assets")


def test_the_addresses_by_default_are_those_of_the_publisher():
    graph, program = FredGraph(manners=HURRY), FredApi(KEY, manners=HURRY)
    assert graph._root_url == "https://fred.stlouisfed.org/graph/fredgraph.csv"
    assert graph._vintage_url == "https://alfred.stlouisfed.org/graph/alfredgraph.csv"
    assert program._fred.root_url == "https://api.stlouisfed.org/fred"
