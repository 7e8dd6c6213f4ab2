"""Lists of PMIDs."""

from io import StringIO

from desktop_app.exporters.pmids import write_pmids
from tests.library.examples import BARE, FULL, PLAIN


def test_articles_without_one_are_left_out() -> None:
    out = StringIO()
    write_pmids([FULL, BARE, PLAIN], out)
    assert out.getvalue() == "101\n102\n"
