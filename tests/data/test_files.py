"""Figures from a folder of your own."""

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept
from fedliq.data.sources import Request
from redirected import assert_same, freeze

NOW = pd.Timestamp("2026-11-21 12:00")
# H.4.1 of 2026-08-20, USD millions.
FRED_FILE = "observation_date,WALCL\n2026-08-12,6759955\n2026-08-19,6745699\n"


def read(folder, name="fed_assets"):
    source = fl.LocalFiles(folder)
    ((_, outcome),) = source.deliver([Request(fl.catalog()[name])])
    if isinstance(outcome, fl.FedliqError):
        raise outcome
    return accept(outcome, fl.catalog()[name], NOW)


def test_a_file_named_as_fred_names_it_holds_the_publishers_unit(tmp_path):
    (tmp_path / "WALCL.csv").write_text(FRED_FILE)
    assert read(tmp_path).tolist() == [6759.955, 6745.699]


def test_a_file_named_by_the_catalog_holds_the_catalogs_unit(tmp_path):
    (tmp_path / "fed_assets.csv").write_text("date,value\n2026-08-19,6745.699\n")
    assert read(tmp_path).tolist() == [6745.699]


def test_the_catalogs_name_comes_first(tmp_path):
    (tmp_path / "WALCL.csv").write_text(FRED_FILE)
    (tmp_path / "fed_assets.csv").write_text("date,value\n2026-08-19,6745.0\n")
    assert read(tmp_path).tolist() == [6745.0]


def test_millions_under_the_catalogs_name_are_refused(tmp_path):
    (tmp_path / "fed_assets.csv").write_text(FRED_FILE)
    with pytest.raises(fl.UnitError, match="6759955 USD bn on 2026-08-12 is impossible"):
        read(tmp_path)


def test_a_folder_serves_what_it_has_a_file_of(tmp_path):
    for name in ("WALCL.csv", "sofr.csv", "None.csv", "unheard_of.csv"):
        (tmp_path / name).write_text(FRED_FILE)
    (tmp_path / "GDP.csv").mkdir()
    source = fl.LocalFiles(tmp_path)
    served = [name for name, info in fl.catalog().items() if source.serves(info)]
    assert served == ["fed_assets", "sofr"]


def test_every_series_comes_back_from_a_folder_of_files(tmp_path, sample):
    for name in sample:
        sample[name].to_csv(tmp_path / f"{name}.csv")
    for name in sample:
        assert_same(read(tmp_path, name), sample[name])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("date,value,note\n2026-08-19,1,x\n", "two columns"),
        ("2026-08-19\n", "two columns"),
        ("", "two columns"),
        ("date,value\n2026-08-19,many\n", "'many'"),
        ("date,value\n19/08/2026,6745.699\n", "'19/08/2026'"),
        ("date,value\n2026-08-19,6745.699\n2026-08-19,6745.699\n", "more than once"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, text):
    (tmp_path / "fed_assets.csv").write_text(content)
    with pytest.raises(fl.DataError, match=r"fed_assets.csv: the file .*") as refused:
        read(tmp_path)
    assert text in str(refused.value)


def test_a_file_without_figures_holds_none(tmp_path):
    (tmp_path / "fed_assets.csv").write_text("date,value\n2026-08-19,\n2026-08-26,.\n")
    with pytest.raises(fl.NotAvailableError, match="no figure"):
        read(tmp_path)


def test_a_file_that_is_not_there_is_not_available(tmp_path):
    with pytest.raises(fl.NotAvailableError, match="no file of it"):
        read(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path):
    for wrong in (tmp_path / "nowhere", tmp_path / "a.csv"):
        (tmp_path / "a.csv").touch()
        with pytest.raises(fl.InvalidInputError, match="folder: there is no folder"):
            fl.LocalFiles(wrong)


def test_a_file_from_a_spreadsheet_is_read(tmp_path):
    """With a byte order mark and Windows line ends."""
    body = b"\xef\xbb\xbfobservation_date,WALCL\r\n2026-08-19,6745699\r\n"
    (tmp_path / "WALCL.csv").write_bytes(body)
    assert read(tmp_path).tolist() == [6745.699]


def test_a_folder_can_be_named_by_text(tmp_path):
    assert repr(fl.LocalFiles(str(tmp_path))) == f"LocalFiles({str(tmp_path)!r})"


# -- through fl.load -----------------------------------------------------------------------


def test_a_folder_alone_makes_a_dataset(tmp_path, monkeypatch):
    freeze(monkeypatch, "2026-08-21 18:00")
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "WALCL.csv").write_text(FRED_FILE)
    dataset = fl.load(["fed_assets"], source=fl.LocalFiles(tmp_path))
    assert dataset["fed_assets"].tolist() == [6759.955, 6745.699]
    assert dataset.provenance("fed_assets").source == "files: WALCL.csv"
    assert not (tmp_path / "cache").exists()


def test_a_file_that_changed_is_read_anew(tmp_path, monkeypatch):
    freeze(monkeypatch, "2026-08-21 18:00")
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(tmp_path / "cache"))
    for level in (6745.699, 6745.7):
        (tmp_path / "fed_assets.csv").write_text(f"date,value\n2026-08-19,{level}\n")
        dataset = fl.load(["fed_assets"], source=fl.LocalFiles(tmp_path))
        assert dataset["fed_assets"].tolist() == [level]
