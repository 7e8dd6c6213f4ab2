"""The waiting files for a list: what each seems to be, what it is called, why it waits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.needs_you import WaitingFile

_Index = QModelIndex | QPersistentModelIndex
_LONGEST = 300  # characters of a line


class WaitingModel(QAbstractListModel):
    """One row a file; three lines a row, as `PairDelegate` paints them."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._files: Sequence[WaitingFile] = ()

    def show_files(self, files: "Sequence[WaitingFile]") -> None:
        """Show these files."""
        self.beginResetModel()
        self._files = files
        self.endResetModel()

    def file(self, row: int) -> "WaitingFile | None":
        """The file of a row."""
        return self._files[row] if 0 <= row < len(self._files) else None

    def row_of(self, waiting_id: int) -> int:
        """The row of a file, -1 when it does not wait any more."""
        return next((n for n, file in enumerate(self._files) if file.id == waiting_id), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._files)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if not index.isValid() or role not in shown:
            return None
        file = self._files[index.row()]
        name = short_name(file.name)
        title = file.guesses.title.value or "Without a title"
        lines = (title, name, file.reason.partition(":")[0])
        return "\n".join(" ".join(line[:_LONGEST].split()) for line in lines)


def short_name(name: str) -> str:
    """A file's name without its folders."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]
