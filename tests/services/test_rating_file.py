"""Tables of ratings from anywhere: read, or told what is wrong row by row."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.rating_file import NO_PLACE_FOR_VALUE, RatingTable, read_rating_table

HEAD = "study,item,rater,criterion,value"


def _read(text: str, encoding: str = "utf-8") -> RatingTable:
    return read_rating_table(text.encode(encoding), "r.csv")


def _cells(table: RatingTable, column: str) -> list[str]:
    return [rating.cells[RATING_COLUMNS.index(column)] for rating in table.rows.values()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_encodings_order_and_letter_case(separator: str, encoding: str) -> None:
    lines = ["Value,RATER, Item ,criterion,study,Metric:BLEU x", "4,Änne,i1,c,s,0.5"]
    table = _read("\r\n".join(lines).replace(",", separator), encoding)
    assert _cells(table, "rater") == ["Änne"]
    assert _cells(table, "value") == ["4"]
    assert table.metrics == ("BLEU x",)
    assert table.rows[2].scores == {"BLEU x": "0.5"}


def test_a_decimal_comma_is_a_point_where_it_parts_no_cells() -> None:
    table = _read(f"{HEAD},metric:m".replace(",", ";") + "\ns;i;a;c;3,5;0,25\n")
    assert _cells(table, "value") == ["3.5"]
    assert table.rows[2].scores == {"m": "0.25"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("s,i,a,c", "it has 4 cells and the first row has 5"),
        ("s,,a,c,1", "it has no item"),
        ("s,i, ,c,1", "it has no rater"),
        ("s,i,a,,1", "it has no criterion"),
        ("s,i,a,c,high", "its value is no number, which the scale 'ordinal' asks for"),
        ("s,i,a,c,inf", "its value is no number, which the scale 'ordinal' asks for"),
        ("s,i,a,c,1_000", "its value is no number, which the scale 'ordinal' asks for"),
        ("s,i,a,c,1e999", "its value is no number, which the scale 'ordinal' asks for"),
        ('s,i,a,"c"x,1', "a double quote in it is not closed, or not written twice"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(row: str, reason: str) -> None:
    table = _read(f"{HEAD}\n{row}\ns,i2,a,c,1\n")
    assert [(fault.row, fault.reason) for fault in table.faults] == [(2, reason)]
    assert list(table.rows) == [3]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("likert,rated,1", "its scale is none of nominal, ordinal, interval, ratio, text"),
        (
            "ordinal,done,1",
            "its status is none of rated, cannot_judge, withdrawn, decided, left_standing",
        ),
        ("ordinal,cannot_judge,1", NO_PLACE_FOR_VALUE),
        ("text,rated,1", NO_PLACE_FOR_VALUE),
    ],
)
def test_scale_and_status_are_checked(extra: str, reason: str) -> None:
    table = _read(f"study,item,rater,criterion,scale,status,value\ns,i,a,c,{extra}\n")
    assert [fault.reason for fault in table.faults] == [reason]


def test_cannot_judge_and_comments_need_no_value() -> None:
    head = "study,item,rater,criterion,scale,status,comment,value"
    table = _read(f"{head}\ns,i,a,c,ordinal,cannot_judge,,\ns,i,a,d,text,,'=so,\n")
    assert _cells(table, "status") == ["cannot_judge", "rated"]
    assert _cells(table, "comment") == ["", "=so"]


def test_words_are_values_on_a_nominal_scale() -> None:
    table = _read("study,item,rater,criterion,scale,value\ns,i,a,c,Nominal,yes\n")
    assert _cells(table, "value") == ["yes"]
    assert _cells(table, "scale") == ["nominal"]


@pytest.mark.parametrize("gap", ["", "NA", "n/a", "NaN", "null", "."])
def test_gaps_are_counted_and_no_ratings(gap: str) -> None:
    table = _read(f"{HEAD}\ns,i,a,c,{gap}\n\n , ,,,\ns,j,a,c,1\n")
    assert (table.empty, len(table.rows), table.faults) == (1, 1, ())


def test_scores_that_are_no_number_are_left_empty_and_counted() -> None:
    table = _read(f"{HEAD},metric:m\ns,i,a,c,1,NaN\ns,j,a,c,1,NA\ns,k,a,c,1,bad\ns,l,a,c,1,2\n")
    assert table.unscored == 2
    assert [rating.scores for rating in table.rows.values()] == [
        {"m": ""},
        {},
        {"m": ""},
        {"m": "2"},
    ]


def test_columns_without_a_meaning_are_told() -> None:
    assert _read(f"{HEAD},ward\ns,i,a,c,1,x\n").ignored == ("ward",)


def test_apostrophes_that_are_words_stay() -> None:
    table = _read(f"{HEAD}\ns,'tis,'=a,c,1\n")
    assert (_cells(table, "item"), _cells(table, "rater")) == (["'tis"], ["=a"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("  \n ", "is empty"),
        ("item,rater\ni,a\n", "lacks the columns study, criterion, value"),
        ("study,item,rater,criterion\n", "lacks the column value"),
        ('"study,item', "lacks the columns"),
        (f"{HEAD},Value\n", "has the column 'value' more than once"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserFacingError, match=message):
        _read(text)
