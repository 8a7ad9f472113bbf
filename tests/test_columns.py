"""Columns are recognised by their names in Swedish or English, or mapped by hand and remembered."""

from __future__ import annotations

import pytest

from adapters.columns import REASON, recognise
from domain.core import Refused


@pytest.mark.parametrize(
    ("header", "kind", "wide"),
    [
        ("district,period,category,count", "counts", None),
        ("Stadsdel,Månad,Brottstyp,Antal", "counts", None),
        ("OMRÅDE,År,Vecka,Kategori,Antal brott,Status", "counts", None),
        ("omrade,ar,manad,kategori,antal", "counts", None),
        ("Område,Datum,Typ,Antal", "counts", None),
        ("Område,Brott,2020-01,2020-02,Totalt", "counts", "periods"),
        ("Område,Brott,2020-W01,v. 2 2020", "counts", "periods"),
        ("Område,Period,Skadegörelse,Klotter,Summa", "counts", "categories"),
        ("Område,År,Vecka,Klotter", "counts", "categories"),
        ("Område,Brottstyp,Brottsdatum,Ärendenummer", "incidents", None),
        ("district_name,crime type,datetime", "incidents", None),
        ("Område,Kategori,Datum,Slag,Rapportör,Plats,Beskrivning", "reports", None),
        ("Indikator,Omgång,Datum,Område,Värde,Enhet,Antal svar,Nedre,Övre,Metod", "survey", None),
        ("id,datetime,name,summary,url,type,location.name,location.gps", "notices", None),
    ],
)
def test_a_header_tells_what_kind_of_file_it_is(header: str, kind: str, wide: str | None) -> None:
    found = recognise(header.split(","))
    assert (found.kind, found.wide) == (kind, wide)


def test_totals_and_reasons_are_not_categories() -> None:
    found = recognise(["Område", "Period", "Klotter", "Summa", "", REASON])
    assert found.spread == ("Klotter",)


def test_a_year_beside_a_week_is_not_a_period_of_its_own() -> None:
    found = recognise(["Område", "Kategori", "År", "Vecka", "Antal"])
    assert found.fields["week"] == "Vecka"
    assert "period" not in found.fields


def test_a_column_named_week_says_what_a_bare_number_is() -> None:
    assert recognise(["Område", "Kategori", "Vecka", "Antal"]).hint() == "week"
    assert recognise(["Område", "Kategori", "Period", "Antal"]).hint() is None


def test_what_is_not_found_is_named_with_the_columns_and_the_way_out() -> None:
    with pytest.raises(Refused) as refused:
        recognise(["Plats där det hände", "Månad", "Brottstyp", "Antal"])
    assert "område (district)" in refused.value.sv
    assert "”Plats där det hände”" in refused.value.sv
    assert "district=" in refused.value.sv
    assert "not found: district." in refused.value.en


def test_a_kind_that_is_given_is_not_guessed() -> None:
    assert recognise(["Område", "Kategori", "Datum", "Period", "Antal"], kind="incidents").kind == "incidents"
    with pytest.raises(Refused, match="reporter"):
        recognise(["Område", "Kategori", "Datum"], kind="reports")


def test_columns_mapped_by_hand_go_first() -> None:
    header = ["Plats där det hände", "Månad", "Brottstyp", "Område", "Antal"]
    found = recognise(header, by_hand={"district": "plats där det hände"})
    assert found.fields["district"] == "Plats där det hände"


def test_remembered_columns_fit_the_next_file_with_other_periods() -> None:
    remembered = recognise(["Var", "Brott", "2020-01"], by_hand={"district": "Var"}).remembered()
    assert remembered == {"district": "Var", "category": "Brott", "wide": "periods"}
    found = recognise(["Var", "Brott", "2020-02", "2020-03"], kind="counts", by_hand=remembered)
    assert found.spread == ("2020-02", "2020-03")


@pytest.mark.parametrize(
    ("header", "by_hand", "said"),
    [
        ("a,b", {"district": "c"}, "no column “c”"),
        ("a,b", {"distrikt": "a"}, "not a field"),
        ("a,b", {"wide": "sideways"}, "periods or categories"),
        ("Område,Område,Kategori,Datum", {}, "Two columns"),
        ("Område,Brott,Kommentar", {}, "not found: date"),
    ],
)
def test_a_wrong_mapping_is_refused_with_a_sentence(header: str, by_hand: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        recognise(header.split(","), by_hand=by_hand)
