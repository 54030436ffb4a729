"""The Daily Treasury Statement: one balance, which has stood in three places."""

import json
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept
from fedliq.data.sources import Request
from fedliq.data.treasury import FiscalData, closing_balances
from redirected import assert_same, new_publisher, paths, serve

PATH = "/fiscal/v1/accounting/dts/operating_cash_balance"
OLD, MIDDLE = "Federal Reserve Account", "Treasury General Account (TGA)"
NEW = "Treasury General Account (TGA) Closing Balance"
OPENING = "Treasury General Account (TGA) Opening Balance"
INFO = fl.catalog()["tga_close"]
NOW = pd.Timestamp("2026-11-21 12:00")


def line(day, account, open_="null", close="null"):
    return {
        "record_date": day,
        "account_type": account,
        "open_today_bal": open_,
        "close_today_bal": close,
    }


@pytest.fixture(scope="module")
def statement(shared):
    """The published rows; where the download lacks a closing balance, the next opening."""
    table = pd.read_csv(shared("data", "dts_operating_cash_balance.csv"))
    table.columns = ["day", "account", "open"]
    # The account opens a day with what it closed the day before.
    level = table[table["account"].isin([OLD, MIDDLE, OPENING])].set_index("day")["open"]
    assert level.index.is_monotonic_increasing
    assert level.index.is_unique
    closes = level.shift(-1)
    rows = []
    for day, account, amount in table.itertuples(index=False):
        close = "null"
        if account in (OLD, MIDDLE) and pd.notna(closes[day]):
            close = str(int(closes[day]))
        rows.append(line(day, account, str(amount), close))
    return rows


def fetch(publisher, since=None):
    source = publisher.sources()["treasury"]
    ((_, outcome),) = source.deliver([Request(INFO, since)])
    if isinstance(outcome, fl.FedliqError):
        raise outcome
    return outcome


@pytest.fixture
def publisher():
    with new_publisher().running() as one:
        yield one


def page(rows, pages=1):
    return json.dumps({"data": rows, "meta": {"total-pages": pages}, "links": {}})


def test_the_published_rows_are_the_published_balance(publisher, statement, sample):
    serve(publisher, PATH, page(statement))
    read = accept(fetch(publisher), INFO, NOW)
    published = sample["tga_close"].loc["2022-04-18":"2026-06-23"]
    assert len(published) > 1000
    assert_same(read.loc["2022-04-18":], published)


@pytest.mark.parametrize(
    ("day", "close"),
    [
        # Daily Treasury Statements of those days, USD mn: the next statement opens with it.
        ("2021-09-29", 173_745),
        ("2021-09-30", 215_160),
        ("2021-10-01", 132_452),
        ("2022-04-14", 602_292),
        ("2022-04-15", 578_473),
        ("2022-04-18", 841_253),
        ("2022-04-19", 893_351),
    ],
)
def test_the_balance_is_continuous_where_the_layout_changes(statement, day, close):
    assert closing_balances(statement)[pd.Timestamp(day)] == close


def test_every_statement_gives_one_balance_and_none_is_zero(statement):
    read = closing_balances(statement)
    assert read.index.is_unique
    assert set(read.index.strftime("%F")) == {one["record_date"] for one in statement}
    assert (read > 0).all()


def test_the_other_lines_of_a_statement_are_not_its_balance(statement):
    """Deposits of a day once stood in the column that now holds the balance."""
    of_a_day = [one for one in statement if one["record_date"] == "2022-04-18"]
    assert len(of_a_day) == 4
    assert closing_balances(of_a_day).tolist() == [841_253]


@pytest.mark.parametrize(
    ("day", "account"),
    [
        ("2021-10-01", OLD),  # the line before
        ("2021-09-30", MIDDLE),  # the line to come
        ("2022-04-18", MIDDLE),
        ("2022-04-15", NEW),
        ("2027-01-04", "General Account of the Treasury"),
    ],
)
def test_an_unknown_layout_is_refused_by_name_of_its_lines(day, account):
    rows = [line(day, account, "1", "1"), line(day, "Deposits", "1")]
    with pytest.raises(fl.DataError, match="layout has changed") as refused:
        closing_balances(rows)
    for part in (day, account, "Deposits"):
        assert part in str(refused.value)


def test_one_day_of_an_unknown_layout_refuses_the_whole(publisher):
    rows = [line("2026-08-19", NEW, "900000"), line("2026-08-20", "Closing Balance", "900000")]
    serve(publisher, PATH, page(rows))
    with pytest.raises(fl.DataError, match="2026-08-20"):
        fetch(publisher)


def test_a_balance_that_is_not_stated_is_missing_and_not_zero(publisher):
    rows = [line("2026-08-19", NEW, "900000"), line("2026-08-20", NEW, "null", "1")]
    serve(publisher, PATH, page(rows))
    read = accept(fetch(publisher), INFO, NOW)
    assert read.to_dict() == {pd.Timestamp("2026-08-19"): 900.0}


def test_a_day_with_two_balances_is_refused():
    rows = [line("2026-08-19", NEW, "900000"), line("2026-08-19", NEW, "900001")]
    with pytest.raises(fl.DataError, match="2026-08-19 more than once"):
        closing_balances(rows)


def test_several_pages_are_joined(publisher, sample):
    publisher.page_size = 500
    read = accept(fetch(publisher), INFO, NOW)
    assert_same(read, sample["tga_close"])
    numbers = [parse_qs(urlsplit(one).query)["page[number]"][0] for one in publisher.asked]
    assert numbers == [str(one) for one in range(1, len(numbers) + 1)]
    assert len(numbers) > 1


def test_the_hash_is_of_all_pages(publisher):
    whole = fetch(publisher).sha256
    publisher.page_size = 500
    split = fetch(publisher).sha256
    assert len({whole, split, fetch(publisher).sha256}) == 2


def test_what_is_asked_of_the_interface(publisher):
    delivery = fetch(publisher, pd.Timestamp("2026-06-01"))
    assert paths(publisher) == [PATH]
    query = {key: one[0] for key, one in parse_qs(urlsplit(publisher.asked[0]).query).items()}
    assert query == {
        "fields": "record_date,account_type,open_today_bal,close_today_bal",
        "filter": "record_date:gte:2026-06-01",
        "sort": "record_date",
        "page[number]": "1",
        "page[size]": "10000",
    }
    assert delivery.figures.index[0] == pd.Timestamp("2026-06-01")
    assert delivery.unit == "USD mn"


def test_without_a_day_the_first_statement_of_the_interface_is_asked_for(publisher):
    fetch(publisher)
    assert "record_date%3Agte%3A2005-10-03" in publisher.asked[0]


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [], "meta": {}}',
        '{"data": [{"record_date": "2026-08-19"}], "meta": {"total-pages": 1}}',
        '{"error": "Invalid Query Param"}',
        "[]",
        "not json",
        page([line("2026-08-19", NEW, "nine")]),
    ],
)
def test_an_answer_of_another_kind_is_refused(publisher, body):
    serve(publisher, PATH, body)
    with pytest.raises(fl.MalformedAnswerError):
        fetch(publisher)


def test_the_address_by_default_is_the_publishers():
    assert FiscalData()._url == (
        "https://api.fiscaldata.treasury.gov/services/api/fiscal_service"
        "/v1/accounting/dts/operating_cash_balance"
    )
