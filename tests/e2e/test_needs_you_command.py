"""`litmesh needs-you` as a user runs it."""

from pathlib import Path

from tests.e2e.test_command_line import Shell
from tests.importers.pdf.article_pdf import TITLE, doubtful_pdf


def test_from_a_doubtful_pdf_to_an_article(tmp_path: Path) -> None:
    litmesh = Shell(tmp_path / "library")
    for name in ("one", "two"):
        (tmp_path / f"{name}.pdf").write_bytes(doubtful_pdf(f"{TITLE} by {name} of us"))
    pdfs = [str(tmp_path / "one.pdf"), str(tmp_path / "two.pdf")]
    imported = litmesh.json("import", *pdfs)
    assert (imported["added"], imported["needs_you"]) == (0, 2)
    first, second = litmesh.json("needs-you", "list")["waiting"]
    assert first["guesses"]["title"]["value"] == f"{TITLE} by one of us"
    done = litmesh.json("needs-you", "accept", str(first["id"]), "--doi", "10.5/x")
    assert done["is_new"]
    [waiting] = litmesh.json("needs-you", "list")["waiting"]
    assert [c["article_id"] for c in waiting["candidates"]] == [done["article_id"]]
    litmesh("needs-you", "accept", str(second["id"]), "--year", "soon", status=1)
    litmesh("needs-you", "dismiss", str(second["id"]))
    assert "nothing needs you" in litmesh("needs-you", "list").stdout
    assert litmesh.json("import", *pdfs)["unchanged"] == 2
