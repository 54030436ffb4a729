"""Prices from files of your own. All of them are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.market_files import read_futures, read_price

PRICE = "date,made up\n2026-08-19,100.5\n2026-08-20,101\n2026-08-21,99.25\n"
FUTURES = (
    "date,symbol,close\n2026-08-20,ZQU26,96.35\n2026-08-20,ZQV26,96.3\n2026-08-21,ZQU26,96.36\n"
)
DAYS = pd.DatetimeIndex(["2026-08-19", "2026-08-20", "2026-08-21"])
READERS = [(read_price, "price"), (read_futures, "futures")]
# The same lines as other programs write them.
SPELLINGS = {
    "as it is": lambda text: text.encode(),
    "with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "both": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "with blank lines": lambda text: ("\n" + text.replace("\n", "\n\n")).encode(),
    "without a last line end": lambda text: text.rstrip("\n").encode(),
    "quoted": lambda text: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
    ).encode(),
    "with spaces around": lambda text: text.replace(",", " ,\t ").replace("\n", " \n ").encode(),
    "with lines of spaces": lambda text: text.replace("\n", "\n  \n").encode(),
    "with empty lines of a spreadsheet": lambda text: "".join(
        f"{line}\n{',' * line.count(',')}\n" for line in text.splitlines()
    ).encode(),
    "from the last day back": lambda text: "\n".join(
        [text.splitlines()[0], *reversed(text.splitlines()[1:])]
    ).encode(),
}


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes, name: str = "mine.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


class TestHowFilesAreSpelled:
    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_a_price_is_read_however_it_is_written(self, file, spelling):
        price = read_price(file(SPELLINGS[spelling](PRICE)))
        assert price.tolist() == [100.5, 101.0, 99.25]
        assert price.index.equals(DAYS)
        assert price.name == "made up"

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_futures_are_read_however_they_are_written(self, file, spelling):
        futures = read_futures(file(SPELLINGS[spelling](FUTURES)))
        assert futures.index.equals(DAYS[1:])
        assert futures["ZQU26"].tolist() == [96.35, 96.36]
        assert futures["ZQV26"].iloc[0] == 96.3
        assert np.isnan(futures["ZQV26"].iloc[1])
        assert set(futures.columns) == {"ZQU26", "ZQV26"}

    @pytest.mark.parametrize("missing", [".", "", " ", "NA", "null", "ND"])
    def test_what_publishers_write_for_missing_is_missing(self, file, missing):
        price = read_price(file(PRICE.replace("101", missing)))
        assert price.isna().tolist() == [False, True, False]
        futures = read_futures(file(FUTURES.replace("96.35", missing)))
        assert futures["ZQU26"].isna().tolist() == [True, False]

    @pytest.mark.parametrize("read", [read_price, read_futures])
    def test_a_file_can_be_named_by_text(self, file, read):
        path = file(PRICE if read is read_price else FUTURES)
        assert read(str(path)).equals(read(path))

    def test_days_of_a_symbol_that_another_lacks_are_in_order(self, file):
        lines = [
            "2026-08-21,ZQU26,96",
            "2026-08-19,ZQU26,95",
            "2026-08-20,ZQV26,94",
            "2026-08-18,ZQV26,93",
        ]
        futures = read_futures(file("date,symbol,close\n" + "\n".join(lines)))
        assert futures.index.is_monotonic_increasing
        assert futures["ZQU26"].dropna().tolist() == [95.0, 96.0]
        assert futures["ZQV26"].dropna().tolist() == [93.0, 94.0]

    def test_what_is_read_is_numbers_by_day(self, file):
        price, futures = read_price(file(PRICE)), read_futures(file(FUTURES))
        assert price.dtype == np.float64
        assert (futures.dtypes == np.float64).all()
        assert isinstance(futures.index, pd.DatetimeIndex)
        assert futures.index.tz is price.index.tz is None


class TestNames:
    @pytest.mark.parametrize(
        ("column", "name"),
        [
            ("SP500", "SP500"),
            ("Close/Last", "Close/Last"),
            ("value", "mine"),
            ("Value", "mine"),
            ("close", "mine"),
            ("CLOSE", "mine"),
            ("price", "mine"),
            ("", "mine"),
            (" close", "mine"),
            ("close ", "mine"),
            ("\tPRICE ", "mine"),
            (" SP500 ", "SP500"),
            ('" made up "', "made up"),
        ],
    )
    def test_a_column_that_says_nothing_is_named_by_the_file(self, file, column, name):
        assert read_price(file(PRICE.replace("made up", column))).name == name

    @pytest.mark.parametrize("date", ["date", "DATE", "observation_date", "Datum", "", "2nd day"])
    def test_the_column_of_dates_has_any_name(self, file, date):
        assert read_price(file(PRICE.replace("date", date))).tolist() == [100.5, 101.0, 99.25]

    @pytest.mark.parametrize(
        "head", ["Date,Symbol,Close", "DATE,SYMBOL,CLOSE", " date, symbol ,close "]
    )
    def test_those_of_futures_are_read_in_capitals_as_well(self, file, head):
        futures = read_futures(file(FUTURES.replace("date,symbol,close", head)))
        assert futures.equals(read_futures(file(FUTURES)))

    def test_a_line_break_in_a_name_is_a_space(self, tmp_path):
        path = tmp_path / "p.csv"
        path.write_text('date,"of\n shares"\n2022-08-10,100\n')
        assert read_price(path).name == "of shares"


class TestRefusals:
    @pytest.mark.parametrize(("read", "argument"), READERS)
    def test_a_file_that_is_not_there_is_named(self, tmp_path, read, argument):
        path = tmp_path / "nowhere.csv"
        with pytest.raises(fl.InvalidInputError, match=f"^{argument}: .*nowhere.csv.* No such"):
            read(path)

    @pytest.mark.parametrize(("read", "argument"), READERS)
    def test_a_folder_is_no_file(self, tmp_path, read, argument):
        with pytest.raises(fl.InvalidInputError, match=f"^{argument}: .* cannot be read: "):
            read(tmp_path)

    @pytest.mark.parametrize(("read", "argument"), READERS)
    @pytest.mark.parametrize(
        "content",
        [
            "",
            "\n\n",
            "date,made up\n",
            "date,symbol,close\n",
            PRICE + "2026-08-24\n",
            FUTURES + "2026-08-24,ZQU26,96,1\n",
            PRICE.encode("utf-16"),
            PRICE.replace("\n", "\r"),
            bytes(range(256)),
        ],
    )
    def test_what_is_no_table_is_refused(self, file, read, argument, content):
        with pytest.raises(fl.DataError, match=rf"^{argument}: .*mine.csv' is not a CSV") as told:
            read(file(content))
        assert type(told.value) is fl.DataError

    @pytest.mark.parametrize(
        ("read", "argument", "content"), [(*READERS[0], PRICE), (*READERS[1], FUTURES)]
    )
    def test_a_file_that_begins_with_a_day_lacks_its_names(self, file, read, argument, content):
        """Or else its first line would be taken for them, and its first price be lost."""
        day = content.splitlines()[1].partition(",")[0]
        said = f"mine.csv' begins with '{day}' where the names of its columns belong."
        with pytest.raises(fl.DataError) as told:
            read(file(content.partition("\n")[2]))
        assert str(told.value).startswith(f"{argument}: ")
        assert str(told.value).endswith(said)

    @pytest.mark.parametrize(
        ("content", "got"),
        [
            ("date\n2026-08-21\n", "date"),
            ("date,open,close\n2026-08-21,1,2\n", "date, open, close"),
        ],
    )
    def test_a_price_is_two_columns(self, file, content, got):
        with pytest.raises(fl.DataError, match=rf"^price: .*mine.csv': expected .*; got {got}\.$"):
            read_price(file(content))

    @pytest.mark.parametrize(
        "head",
        [
            "Date,Close,Symbol",
            "date,close,symbol",
            "day,symbol,close",
            "date,symbol,settle",
            "date,symbol,close,open",
        ],
    )
    def test_futures_are_three_columns_by_name(self, file, head):
        line = ",".join(["2026-08-21"] * (head.count(",") + 1))
        said = rf"^futures: .*mine.csv': expected the columns date, symbol, close; got {head[:4]}"
        with pytest.raises(fl.DataError, match=said):
            read_futures(file(f"{head}\n{line}\n"))

    @pytest.mark.parametrize(
        ("line", "shown"),
        [
            ("8/21/2026,1", "'8/21/2026', '1'"),
            ("20260821,1", "'20260821', '1'"),
            ("2026-08-21 16:00,1", "'2026-08-21 16:00', '1'"),
            ("2026-02-30,1", "'2026-02-30', '1'"),
            (",1", "'', '1'"),
            ("2026-08-21,closed", "'2026-08-21', 'closed'"),
            ("2026-08-21,1_0", "'2026-08-21', '1_0'"),
            ('2026-08-21,"1,100"', "'2026-08-21', '1,100'"),
        ],
    )
    def test_a_line_that_is_none_is_shown(self, file, line, shown):
        end = f"the file holds a date or a figure that is none: {shown}."
        with pytest.raises(fl.DataError) as told:
            read_price(file(f"date,made up\n2026-08-20,1\n{line}\n"))
        assert str(told.value) == f"price made up: {end}"
        day, _, figure = line.partition(",")
        with pytest.raises(fl.DataError) as told:
            read_futures(file(f"date,symbol,close\n2026-08-20,ZQU26,96\n{day},ZQU26,{figure}\n"))
        assert str(told.value) == f"futures ZQU26: {end}"

    @pytest.mark.parametrize("figure", ["inf", "-inf", "1e999"])
    def test_an_infinite_price_is_none(self, file, figure):
        with pytest.raises(
            fl.DataError, match=r"^price made up: the file holds an infinite figure"
        ):
            read_price(file(f"date,made up\n2026-08-20,{figure}\n"))

    def test_one_day_has_one_price(self, file):
        said = r"^price made up: the file gives 2026-08-20 more than once\.$"
        with pytest.raises(fl.DataError, match=said):
            read_price(file(PRICE + "2026-08-20,101\n"))

    def test_one_day_has_one_price_of_a_symbol(self, file):
        said = r"^futures ZQV26: the file gives 2026-08-20 more than once\.$"
        with pytest.raises(fl.DataError, match=said):
            read_futures(file(FUTURES + "2026-08-20,ZQV26,96.3\n"))
