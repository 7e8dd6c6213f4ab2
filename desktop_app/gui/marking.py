"""Stars, tags and collections: what the user marks in the list of results."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMenu

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.text import count
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # bring SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.library.marks import Collection, Marks

_MOST_LISTED = 20  # collections or tags in a menu


@dataclass(frozen=True, slots=True)
class _Known:
    """The marks of a library."""

    starred: frozenset[int]
    collections: "tuple[Collection, ...]"
    tags: dict[str, frozenset[int]]  # name -> articles


class Marking(QObject):
    """Fills the menu of a result, changes marks off the window's thread, shows the stars."""

    filed = Signal()  # articles went into or out of a collection, or got or lost a tag

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        query: QueryState,
        model: ResultModel,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._list = window.results.list
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._query = query
        self._model = model
        self._known = _Known(frozenset(), (), {})
        self.naming: QInputDialog | None = None
        self._list.star_wanted.connect(self.star)
        self._list.menu_wanted.connect(self._fill)
        window.menu.star_wanted.connect(self.star)
        workspace.opened.connect(self._look)

    @Slot()
    def star(self) -> None:
        """Give the selected articles a star, or take it when all have one."""
        ids = self._list.selected_ids()
        if not ids:
            return
        every = self._model.starred.issuperset(ids)
        change = _unstar if every else _star
        shown = self._model.starred - set(ids) if every else self._model.starred | set(ids)
        self._model.set_starred(frozenset(shown))
        self._change(partial(change, ids), filed=False)

    @Slot(object)
    def _fill(self, menu: QMenu) -> None:
        ids = self._list.selected_ids()
        starred = self._model.starred.issuperset(ids)
        menu.addAction("Remove the star" if starred else "Star", "S").triggered.connect(self.star)
        self._fill_collections(menu, ids)
        self._fill_tags(menu.addMenu("Tag"), ids)
        given = [name for name, tagged in self._known.tags.items() if not tagged.isdisjoint(ids)]
        if given:
            remove = menu.addMenu("Remove tag")
            for name in given[:_MOST_LISTED]:
                _entry(remove, name, partial(self._change, partial(_untag, ids, name)))

    def _fill_collections(self, menu: QMenu, ids: Sequence[int]) -> None:
        known = self._known.collections
        add = menu.addMenu("Add to collection")
        for collection in known[:_MOST_LISTED]:
            put = partial(self._collect, ids, collection.id, collection.name)
            _entry(add, collection.name, put)
        if known:
            add.addSeparator()
        _entry(add, "New collection…", partial(self._ask, "New collection", self._new, ids))
        shown = self._query.request.filters.collections
        for collection in known:
            if collection.id in shown:
                take = partial(_take_out, ids, collection.id)
                text = f"Take out of “{collection.name}”"
                _entry(menu, text, partial(self._change, take))
                text = f"Delete the collection “{collection.name}”"
                _entry(menu, text, partial(self._delete, collection))

    def _fill_tags(self, menu: QMenu, ids: Sequence[int]) -> None:
        for name in list(self._known.tags)[:_MOST_LISTED]:
            _entry(menu, name, partial(self._change, partial(_tag, ids, name)))
        if self._known.tags:
            menu.addSeparator()
        _entry(menu, "New tag…", partial(self._ask, "New tag", self._tag_new, ids))

    def _collect(self, ids: Sequence[int], collection: int, name: str) -> None:
        self._change(partial(_collect, ids, collection))
        self._messages.tell(f"{count(len(ids), 'article')} added to “{name}”.")

    def _delete(self, collection: "Collection") -> None:
        """Delete a collection, which is shown; its articles stay, and it can come back."""
        session = self._workspace.session
        if session is not None:
            self._query.toggle_value("collections", collection.id)
            work = partial(_articles_in, session.library, collection.id)
            self._jobs.quick("collection", work, partial(self._delete_with, collection))

    def _delete_with(self, collection: "Collection", ids: Sequence[int]) -> None:
        self._change(partial(_remove_collection, collection.id))
        text = f"The collection “{collection.name}” is deleted; its articles are still here."
        back = partial(_collect_new, ids, collection.name)
        self._messages.offer(text, "Undo", partial(self._change, back))

    def _new(self, ids: Sequence[int], name: str) -> None:
        self._change(partial(_collect_new, ids, name))
        self._messages.tell(
            f"{count(len(ids), 'article')} added to the new collection “{name}”. "
            f'Search in:"{name}", or choose it on the left, to see it.'
        )

    def _tag_new(self, ids: Sequence[int], name: str) -> None:
        self._change(partial(_tag, ids, name))
        self._messages.tell(
            f'{count(len(ids), "article")} tagged. Search tag:"{name}" to see them.'
        )

    def _ask(
        self, title: str, then: Callable[[Sequence[int], str], None], ids: Sequence[int]
    ) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText("Name:")
        dialog.textValueSelected.connect(partial(_named, then, ids))
        dialog.finished.connect(self._forget_dialog)
        self.naming = dialog
        dialog.open()

    @Slot()
    def _forget_dialog(self) -> None:
        dialog, self.naming = self.naming, None
        if dialog is not None:
            dialog.deleteLater()

    def _change(self, change: "Callable[[Marks], object]", filed: bool = True) -> None:
        session = self._workspace.session
        if session is not None:
            work = partial(_changed, session.library, change)
            then = partial(self._take, session.library, filed)
            self._jobs.write(work, then, self._fail)

    @Slot(object)
    def _look(self, _: object) -> None:
        session = self._workspace.session
        if session is not None:
            work = partial(_known, session.library)
            self._jobs.quick("marks", work, partial(self._take, session.library, False))

    def _take(self, library: "Library", filed: bool, known: _Known) -> None:
        session = self._workspace.session
        if session is None or session.library is not library:
            return
        self._known = known
        self._model.set_starred(known.starred)
        self._window.facets.set_collections({c.id: c.name for c in known.collections})
        if filed:
            self.filed.emit()

    def _fail(self, error: Exception) -> None:
        self._messages.show_error(error)
        self._look(None)


def _entry(menu: QMenu, text: str, do: "partial[None]") -> None:
    menu.addAction(text.replace("&", "&&")).triggered.connect(partial(_call, do))


def _call(do: "partial[None]", _checked: bool = False) -> None:
    do()


def _named(then: Callable[[Sequence[int], str], None], ids: Sequence[int], name: str) -> None:
    if name.strip():
        then(ids, " ".join(name.split()))


def _known(library: "Library") -> _Known:
    marks = library.marks
    return _Known(frozenset(marks.starred()), tuple(marks.collections()), marks.tagged_articles())


def _changed(library: "Library", change: "Callable[[Marks], object]") -> _Known:
    change(library.marks)
    return _known(library)


def _star(ids: Sequence[int], marks: "Marks") -> None:
    marks.star(ids)


def _unstar(ids: Sequence[int], marks: "Marks") -> None:
    marks.unstar(ids)


def _tag(ids: Sequence[int], name: str, marks: "Marks") -> None:
    marks.tag(ids, name)


def _untag(ids: Sequence[int], name: str, marks: "Marks") -> None:
    marks.untag(ids, name)


def _articles_in(library: "Library", collection: int) -> list[int]:
    return library.marks.in_collection(collection) or []


def _remove_collection(collection: int, marks: "Marks") -> None:
    marks.remove_collection(collection)


def _collect(ids: Sequence[int], collection: int, marks: "Marks") -> None:
    marks.collect(ids, collection)


def _collect_new(ids: Sequence[int], name: str, marks: "Marks") -> None:
    marks.collect(ids, marks.add_collection(name))


def _take_out(ids: Sequence[int], collection: int, marks: "Marks") -> None:
    marks.take_out(ids, collection)
