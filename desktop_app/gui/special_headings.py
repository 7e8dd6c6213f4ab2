"""Lists the headings that are typical of the results, counted off the window's thread."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.widgets.mesh_facet import MeshFacet
from desktop_app.search.request import SearchResult

if TYPE_CHECKING:
    from desktop_app.mesh.vocabulary import Vocabulary


class SpecialHeadings(QObject):
    """While the switch of the facet is on, every new answer is compared with the library."""

    def __init__(self, facet: MeshFacet, jobs: Jobs) -> None:
        super().__init__(facet)
        self._facet = facet
        self._jobs = jobs
        self._result: SearchResult | None = None
        facet.special_wanted.connect(self._count)

    @Slot(object)
    def show_result(self, result: SearchResult) -> None:
        """An answer is on the screen."""
        self._result = result
        if self._facet.special.isChecked():
            self._count(True)

    @Slot(bool)
    def _count(self, wanted: bool) -> None:
        result, vocabulary = self._result, self._facet.vocabulary
        if not wanted:
            self._jobs.forget("over-represented")
        elif result is not None and vocabulary is not None:
            work = partial(_special, vocabulary, result)
            self._jobs.quick("over-represented", work, self._facet.show_special)


def _special(vocabulary: "Vocabulary", result: SearchResult) -> list[int]:
    from desktop_app.search.over_represented import over_represented

    facets = result.facets
    nodes = over_represented(
        vocabulary, facets.mesh, facets.mesh_library, len(result), result.articles
    )
    return [int(node) for node in nodes.tolist()]
