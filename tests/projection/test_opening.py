import pandas as pd
import pytest

import fedliq as fl


def sheet(**changes) -> fl.OpeningSheet:
    amounts = {
        "date": "2026-07-15",
        "treasuries": 4500,
        "mbs": 2000,
        "other_assets": 300,
        "tga": 800,
        "on_rrp": 5,
        "reserves": 3100,
    }
    return fl.OpeningSheet(**amounts | changes)


def test_assets_are_the_sum_of_the_three():
    assert sheet().fed_assets == 6800


def test_what_is_not_listed_closes_the_sheet():
    assert sheet().unlisted_liabilities == 6800 - 800 - 5 - 3100
    listed = sheet(currency_in_circulation=2400, reverse_repo_foreign=330)
    assert listed.unlisted_liabilities == 6800 - 800 - 5 - 3100 - 2400 - 330


def test_losses_and_repos_can_make_it_negative():
    assert sheet(reserves=6100).unlisted_liabilities == -105


def test_a_line_that_is_not_at_hand_counts_as_nothing():
    assert sheet().level("currency_in_circulation") == 0
    assert sheet(currency_in_circulation=2400).level("currency_in_circulation") == 2400


@pytest.mark.parametrize("away", [0, 0.019, -0.019])
def test_rounding_of_published_figures_is_absorbed(away):
    given = sheet(unlisted_liabilities=2895 + away)
    assert given.unlisted_liabilities == 2895


@pytest.mark.parametrize(("away", "said"), [(0.03, r"-0\.030"), (-1, r"\+1\.000")])
def test_a_sheet_that_does_not_balance(away, said):
    with pytest.raises(
        fl.InvalidInputError,
        match=f"unlisted_liabilities: .*2026-07-15 does not balance: .*{said} USD bn; leave unl",
    ):
        sheet(unlisted_liabilities=2895 + away)


def test_any_kind_of_day_becomes_a_timestamp():
    day = pd.Timestamp("2026-07-15")
    for given in ("2026-07-15", day, day.date()):
        assert sheet(date=given).date == sheet(date=given).day == day


def test_it_cannot_be_written_to():
    with pytest.raises(AttributeError):
        sheet().tga = 900


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"treasuries": -1}, fl.InvalidInputError, "treasuries: expected USD bn from 0, got -1"),
        ({"on_rrp": -0.5}, fl.InvalidInputError, "on_rrp: expected USD bn from 0"),
        ({"reserves": -1}, fl.InvalidInputError, "reserves: expected USD bn from 0"),
        ({"bank_assets": 25.7}, fl.UnitError, "bank_assets: 25.7 is impossible in USD bn"),
        ({"tga": 796_000}, fl.UnitError, r"tga: 796000 is impossible in USD bn.*fl\.convert"),
        ({"mbs": 2e12}, fl.UnitError, "mbs: 2e[+]12 is impossible"),
        ({"other_assets": -600}, fl.UnitError, "other_assets: -600 is impossible"),
        ({"reserves": "3100"}, fl.InputTypeError, "reserves: expected a number, got str"),
        ({"tga": float("nan")}, fl.InvalidInputError, "tga: expected a finite number"),
        ({"date": "15 July"}, fl.InvalidInputError, "date: expected a day"),
    ],
)
def test_amounts_that_cannot_be(changes, error, message):
    with pytest.raises(error, match=message):
        sheet(**changes)


class TestFromHistory:
    DAYS = pd.DatetimeIndex(["2026-07-08", "2026-07-15"])
    HISTORY = pd.DataFrame(
        {
            "fed_assets": [6700.0, 6800.0],
            "treasuries": [4400.0, 4500.0],
            "mbs": [2010.0, 2000.0],
            "tga": [810.0, 800.0],
            "on_rrp": [6.0, 5.0],
            "reserves": [3000.0, 3100.0],
            "bank_assets": [25_000.0, None],
            "currency_in_circulation": [None, 2400.0],
        },
        DAYS,
    )

    def test_it_is_the_row_of_the_day(self):
        before = self.HISTORY.copy()
        opening = fl.OpeningSheet.from_history(self.HISTORY, "2026-07-15", "a test")
        assert opening == sheet(currency_in_circulation=2400, basis="a test")
        pd.testing.assert_frame_equal(self.HISTORY, before)

    def test_what_is_not_at_hand_stays_out(self):
        opening = fl.OpeningSheet.from_history(self.HISTORY, "2026-07-08")
        assert opening.bank_assets == 25_000
        assert opening.currency_in_circulation is None
        assert opening.other_assets == 6700 - 4400 - 2010

    @pytest.mark.parametrize(
        ("history", "day", "message"),
        [
            (HISTORY.drop(columns="tga"), "2026-07-15", "history: the columns tga are missing"),
            (HISTORY, "2026-07-14", "day: 2026-07-14 is none of the dates"),
            (HISTORY.assign(mbs=[2010.0, None]), "2026-07-15", "day: 2026-07-15 lacks mbs"),
            (HISTORY, "in July", "day: expected a day"),
        ],
    )
    def test_what_is_missing_is_named(self, history, day, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.OpeningSheet.from_history(history, day)


def test_what_is_left_over_must_be_possible_too():
    with pytest.raises(fl.UnitError, match="unlisted_liabilities: -2135"):
        sheet(mbs=0, reserves=3400, currency_in_circulation=2400, reverse_repo_foreign=330)
