"""What the window promises to import is what the readers can read; a report counts merges."""

from desktop_app.gui.formats import IMPORT_PATTERNS, IMPORT_WORDS, IMPORTED
from desktop_app.gui.report_html import outcome_words, report_html, report_text
from desktop_app.gui.theme import LIGHT
from desktop_app.importers.registry import FORMATS
from desktop_app.tasks.import_files import FileOutcome, ImportReport

OUTCOME = FileOutcome("refs.ris", "RIS", 3, 1, 2, 0, 0, ())


def test_no_format_is_promised_without_a_reader() -> None:
    assert set(IMPORTED) <= {known.name for known in FORMATS}


def test_every_promised_format_is_named_and_offered() -> None:
    assert all(words in IMPORT_WORDS for words, _ in IMPORTED.values())
    assert all(patterns in IMPORT_PATTERNS for _, patterns in IMPORTED.values())


def test_merged_records_are_counted_beside_the_others() -> None:
    report = ImportReport((OUTCOME,), cancelled=False)
    assert outcome_words(OUTCOME) == "3 added · 1 updated · 2 merged"
    assert "3 added · 1 updated · 2 merged" in report_html(report, LIGHT, 11)
    assert report_text(report) == "Import finished\nrefs.ris: 3 added · 1 updated · 2 merged"
