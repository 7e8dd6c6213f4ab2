"""Completing from PubMed in the window, which uses the network.

Nothing is sent before the user switched it on and pressed the button, each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.dialogs.completion_dialog import CompletionChoice, CompletionDialog, Needs
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.text import count
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report
from desktop_app.settings import Settings, keep

if TYPE_CHECKING:  # brings SQLAlchemy and the network
    from desktop_app.library.library import Library
    from desktop_app.pubmed.eutils import PubMedClient
    from desktop_app.pubmed.icite import CitationClient
    from desktop_app.tasks.import_files import ImportReport

Clients = Callable[[CompletionChoice], "tuple[PubMedClient, CitationClient]"]


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of it."""

    report: "ImportReport | None"  # None: nothing of PubMed was asked for
    completed: int
    new_links: int
    cancelled: bool


class Completing(QObject):
    """Opens the dialog, asks on the long lane, shows the report."""

    def __init__(
        self, window: MainWindow, workspace: Workspace, jobs: Jobs, messages: Messages
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self.dialog: CompletionDialog | None = None
        self.new_clients: Clients = _clients
        window.menu.completion_wanted.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Say what would be sent; everything else is up to the user."""
        session = self._workspace.session
        if session is None:
            self._messages.tell("No library is open yet.")
            return
        if self.dialog is None:
            settings = Settings.load()
            choice = CompletionChoice(
                settings.allow_pubmed,
                settings.fetch_citations,
                settings.ncbi_email,
                settings.ncbi_api_key,
            )
            self.dialog = CompletionDialog(choice, self._window)
            self.dialog.complete_wanted.connect(self._complete)
            self.dialog.finished.connect(self._keep_choice)
        to_front(self.dialog)
        self._jobs.quick("completion", partial(_needs, session.library), self._show_needs)

    @Slot(object)
    def _show_needs(self, needs: Needs) -> None:
        if self.dialog is not None:
            self.dialog.show_needs(needs)

    @Slot()
    def _keep_choice(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            choice = dialog.choice
            keep(
                allow_pubmed=choice.allowed,
                fetch_citations=choice.citations,
                ncbi_email=choice.email,
                ncbi_api_key=choice.api_key,
            )

    @Slot()
    def _complete(self) -> None:
        session, dialog = self._workspace.session, self.dialog
        if session is None or dialog is None or not dialog.choice.allowed:
            return
        work = partial(_ask_pubmed, session.library, dialog.choice, self.new_clients)
        title = "Completing from PubMed"
        self._jobs.long(title, "articles", work, self._show_done, self._messages.show_error)

    @Slot(object)
    def _show_done(self, done: _Done) -> None:
        if done.report is not None:
            self._window.show_report(done.report)
        text = f"{count(done.completed, 'article')} completed from PubMed"
        if done.new_links:
            text += f", {count(done.new_links, 'new citation link')}"
        self._messages.tell(text + (" before it was cancelled." if done.cancelled else "."))
        if done.completed or done.new_links:
            self._workspace.refresh()


def _clients(choice: CompletionChoice) -> "tuple[PubMedClient, CitationClient]":
    from desktop_app.pubmed.eutils import PubMedClient
    from desktop_app.pubmed.icite import CitationClient

    return PubMedClient(choice.email, choice.api_key), CitationClient()


def _needs(library: "Library") -> Needs:
    from desktop_app.pubmed.icite import SOURCE

    lacking = library.incomplete()
    return Needs(
        len(lacking),
        sum(not article.has_headings for article in lacking),
        sum(not article.has_references for article in lacking),
        len(library.citations.not_asked(SOURCE)),
    )


def _ask_pubmed(
    library: "Library", choice: CompletionChoice, new_clients: Clients, report: Report
) -> _Done:
    from desktop_app.tasks.complete_citations import complete_citations
    from desktop_app.tasks.complete_from_pubmed import complete_from_pubmed
    from desktop_app.tasks.import_history import past_report

    pubmed, index = new_clients(choice)
    before = {run.id for run in library.imports.runs(1)}
    done = complete_from_pubmed(library, pubmed, report)
    newest = [run.id for run in library.imports.runs(1) if run.id not in before]
    shown = past_report(library, newest[0]) if newest else None
    if done.cancelled or not choice.citations:
        return _Done(shown, done.completed, 0, done.cancelled)
    links = complete_citations(library, index, report)
    if links.problems:
        shown = past_report(library, library.imports.runs(1)[0].id)
    return _Done(shown, done.completed, links.new_links, links.cancelled)
