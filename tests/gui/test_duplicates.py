"""The window of doubtful pairs, and what the article pane says of versions and sources."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.gui.comparison_html import UNFOLD, comparison_html
from desktop_app.gui.dialogs.duplicates_dialog import DuplicatesDialog
from desktop_app.gui.flow import Flow
from desktop_app.gui.record_fields import Compared, compared_fields
from desktop_app.gui.theme import LIGHT
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Journal, PartialDate, PublicationType, Section
from tests.gui.conftest import OpenWindow, settle

Key = Qt.Key
TITLE = "Vitamin D and the healing of bones in adults"


def article(title: str, text: str = "Bones.", **more: object) -> Article:
    fields: dict[str, object] = {
        "sections": (Section(text),),
        "authors": (Author("Okonjo", "Ada", "A"),),
        "journal": Journal("Journal of Examples"),
        "date": PartialDate(2020),
    }
    return Article(title, **{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five articles; 1 and 2, 2 and 3, 4 and 5 may be the same; 1 is a preprint of 5."""
    with Library.open(tmp_path / "pairs") as library:
        library.write([article(TITLE, pmid=7, volume="3")], "PubMed XML")
        library.write([article(TITLE + ".", "Bones & <b>more</b>.", doi="10.1/x")], "RIS")
        library.write([article(TITLE + " again", pages="5-9")], "BibTeX")
        library.write([article("Asthma one", pmid=8), article("Asthma two", pmid=9)], "RIS")
        for pair in ((1, 2), (2, 3), (4, 5)):
            library.duplicates.decide(*pair, "doubtful")
    return tmp_path / "pairs"


@pytest.fixture
def flow(open_window: OpenWindow, folder: Path) -> Flow:
    return open_window(folder)


def library_of(flow: Flow) -> Library:
    session = flow.workspace.session
    assert session is not None
    return session.library


def opened(qtbot: QtBot, flow: Flow) -> DuplicatesDialog:
    """The window of pairs, by its menu command, with the first pair read."""
    flow.window.menu.duplicates.trigger()
    dialog = flow.features.duplicates.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.read is not None)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def press(qtbot: QtBot, dialog: DuplicatesDialog, key: Qt.Key) -> None:
    """Press a key and wait until the window is ready for the next one."""
    before = dialog.read
    QTest.keyClick(dialog, key)

    def ready() -> bool:
        read = dialog.read
        return (read is not None and read is not before) or not dialog.model.rowCount()

    qtbot.waitUntil(ready)
    qtbot.waitUntil(lambda: dialog.undo.isEnabled() or dialog.merge.isEnabled())


def shown_pair(dialog: DuplicatesDialog) -> tuple[int, int]:
    assert dialog.read is not None
    return dialog.read.pair


def test_the_menu_says_how_many_pairs_wait(qtbot: QtBot, flow: Flow) -> None:
    qtbot.waitUntil(lambda: flow.window.menu.duplicates.text() == "&Duplicates… (3)")


def test_two_records_stand_side_by_side_with_what_they_become(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    assert shown_pair(dialog) == (1, 2)
    text = dialog.comparison.toPlainText()
    assert "PubMed XML" in text
    assert "RIS" in text
    assert "Bones & <b>more</b>." in text  # as it is, not as markup
    assert dialog.heading.text() == "3 pairs may be the same article"
    merged = dialog.preview.article
    assert merged is not None
    assert (merged.pmid, merged.doi, merged.volume) == (7, "10.1/x", "3")


def test_the_keyboard_moves_through_the_pairs(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    for key, pair in ((Key.Key_N, (2, 3)), (Key.Key_J, (4, 5)), (Key.Key_K, (2, 3))):
        press(qtbot, dialog, key)
        assert shown_pair(dialog) == pair


def test_merging_keeps_the_better_one_and_what_the_other_was_a_pair_with(
    qtbot: QtBot, flow: Flow
) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_M)
    assert library.ids() == [1, 3, 4, 5]
    assert library.article(1).doi == "10.1/x"
    assert library.duplicates.pairs("doubtful") == [(1, 3), (4, 5)]
    assert shown_pair(dialog) == (1, 3)
    assert flow.window.menu.duplicates.text() == "&Duplicates… (2)"


def test_undo_splits_a_merged_article_again(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    before = [library.article(i) for i in (1, 2)]
    press(qtbot, dialog, Key.Key_M)
    press(qtbot, dialog, Key.Key_U)
    first, second = shown_pair(dialog)
    assert [library.article(i) for i in (first, second)] == before
    assert library.duplicates.pairs("doubtful") == [(1, second), (3, second), (4, 5)]
    assert library.duplicates.sources(1) == []
    assert not dialog.undo.isEnabled()


def test_a_chain_of_merges_is_taken_back_step_by_step(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    before = set(map(library.article, (1, 2, 3)))
    press(qtbot, dialog, Key.Key_N)
    press(qtbot, dialog, Key.Key_M)  # 3 into 2 or 2 into 3
    press(qtbot, dialog, Key.Key_K)
    press(qtbot, dialog, Key.Key_M)  # both into 1
    assert len(library.duplicates.sources(1)) == 3
    press(qtbot, dialog, Key.Key_U)
    press(qtbot, dialog, Key.Key_U)
    assert set(map(library.article, library.ids())) >= before
    assert len(library.duplicates.pairs("doubtful")) == 3


def test_different_is_not_asked_again_unless_undone(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_D)
    assert shown_pair(dialog) == (2, 3)
    assert library.duplicates.pairs("distinct") == [(1, 2)]
    press(qtbot, dialog, Key.Key_U)
    assert shown_pair(dialog) == (1, 2)
    assert library.duplicates.pairs("distinct") == []


def test_after_the_last_pair_the_window_says_so(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    for _ in range(3):
        press(qtbot, dialog, Key.Key_D)
    assert dialog.empty.isVisible()
    assert dialog.empty.title == "No doubtful pairs"
    assert flow.window.menu.duplicates.text() == "&Duplicates…"
    assert not dialog.merge.isEnabled()
    press(qtbot, dialog, Key.Key_U)
    assert shown_pair(dialog) == (4, 5)


def test_closing_the_window_brings_the_results_up_to_date(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_M)
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: flow.model.rowCount() == 4)
    settle(qtbot, flow)
    assert flow.features.duplicates.dialog is None


def test_every_control_of_the_window_has_a_name(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    assert all(b.text() for b in dialog.findChildren(QPushButton) if b.isVisible())
    assert all(v.accessibleName() for v in (dialog.list, dialog.comparison, dialog.preview))


def test_an_import_with_doubtful_records_hints_at_them(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        first = article(TITLE, doi="10.1/a", volume="3", pages="10-20")
        library.write([first], "RIS", find_duplicates=True)
    flow = open_window(folder)
    file = tmp_path / "more.ris"
    file.write_text(
        f"TY  - JOUR\nTI  - {TITLE}\nAU  - Okonjo, Ada\nPY  - 2020\nDO  - 10.1/b\nVL  - 3\n"
        "SP  - 10\nJO  - Journal of Examples\nER  - \n",
        encoding="utf-8",
    )
    flow.import_paths([file])
    settle(qtbot, flow)
    bar = flow.window.message_bar
    qtbot.waitUntil(lambda: bar.label.text() == "1 new pair of records may be the same article.")
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    dialog = flow.features.duplicates.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.read is not None)
    assert bar.isHidden()


def test_an_article_of_two_sources_says_so_and_can_be_taken_apart(
    qtbot: QtBot, open_window: OpenWindow, folder: Path
) -> None:
    with Library.open(folder) as library:
        library.duplicates.merge(1, 2)
    flow = open_window(folder)
    flow.query.submit_text("vitamin bones")
    settle(qtbot, flow)
    flow.window.results.list.choose_row(flow.model.row_of(1))
    strip = flow.window.article.strip
    qtbot.waitUntil(lambda: strip.article_id == 1)
    assert strip.isVisible()
    assert "2 sources: PubMed XML, RIS" in strip.text
    assert strip.menu is not None
    [_, action] = strip.menu.actions()
    assert action.text().startswith("Separate RIS: Vitamin D")
    action.trigger()
    qtbot.waitUntil(lambda: library_of(flow).duplicates.sources(1) == [])
    qtbot.waitUntil(lambda: flow.model.rowCount() > 0 and strip.isHidden())
    settle(qtbot, flow)
    assert library_of(flow).count() == 5


def test_a_preprint_and_its_article_lead_to_each_other(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "versions"
    with Library.open(folder) as library:
        preprint = article(TITLE, publication_types=(PublicationType("Preprint"),))
        library.write([preprint, article(TITLE, pmid=7)], "RIS")
        library.duplicates.decide(1, 2, "version")
    flow = open_window(folder)
    strip = flow.window.article.strip
    flow.window.results.list.choose_row(flow.model.row_of(2))
    qtbot.waitUntil(lambda: strip.article_id == 2)
    assert strip.text == f"Preprint: {TITLE}"
    qtbot.mouseClick(strip.findChildren(QPushButton)[-1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: strip.article_id == 1)
    assert strip.text == f"Published as: {TITLE}"
    assert flow.window.results.list.current_id() == 1


def test_fields_that_say_the_same_are_not_differences() -> None:
    rows = compared_fields(article("A  Title"), article("a title", volume="2"))
    differing = {row.name for row in rows if row.differs}
    assert differing == {"Volume"}


def test_differing_words_are_marked_and_long_values_folded() -> None:
    rows = [Compared("Title", "one <two>", "one three"), Compared("Abstract", "x " * 400, "y")]
    folded = comparison_html(rows, ("A", "B"), LIGHT, 11)
    assert f'<span style="background-color:{LIGHT.mark}">&lt;two&gt;</span>' in folded
    assert UNFOLD in folded
    assert "x " * 200 not in folded
    late = [Compared("Abstract", "same " * 200 + "odd", "same " * 200 + "even")]
    assert ">odd</span>" in comparison_html(late, ("A", "B"), LIGHT, 11)  # folded around it
    cut = [Compared("Abstract", "same " * 200 + "tail", "same " * 200)]
    assert "tail</span>" in comparison_html(cut, ("A", "B"), LIGHT, 11)
    whole = comparison_html(rows, ("A", "B"), LIGHT, 11, unfolded=True)
    assert UNFOLD not in whole
    assert len(whole) > len(folded)
