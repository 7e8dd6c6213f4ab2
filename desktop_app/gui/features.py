"""What the window can do beside searching and reading; each feature connects itself to the rest."""

from dataclasses import dataclass

from desktop_app.gui.attached_files import AttachedFiles
from desktop_app.gui.backing_up import BackingUp
from desktop_app.gui.completing import Completing
from desktop_app.gui.duplicate_review import DuplicateReview
from desktop_app.gui.encoder_change import EncoderChange
from desktop_app.gui.encoder_install import EncoderInstall
from desktop_app.gui.encoder_list import EncoderList
from desktop_app.gui.exporting import Exporting
from desktop_app.gui.file_opener import FileOpener
from desktop_app.gui.import_history import ImportHistory
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.needs_you import NeedsYou
from desktop_app.gui.network_settings import NetworkSettings
from desktop_app.gui.newer_version import NewerVersion
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.training.improving import Improving
from desktop_app.gui.training.runtime import Runtime
from desktop_app.gui.watching import Watching
from desktop_app.gui.workspace import Workspace


@dataclass(frozen=True)
class Surroundings:
    """What a feature may use of the window."""

    window: MainWindow
    workspace: Workspace
    jobs: Jobs
    messages: Messages
    links: LinkOpener
    query: QueryState


class Features:
    """One attribute a feature."""

    def __init__(self, s: Surroundings) -> None:
        self.duplicates = DuplicateReview(s.window, s.workspace, s.jobs, s.messages)
        opener = FileOpener(s.jobs, s.links, s.messages, s.window)
        self.files = AttachedFiles(s.window, s.workspace, s.jobs, s.messages, opener)
        self.needs_you = NeedsYou(s.window, s.workspace, s.jobs, s.messages, opener)
        self.exporting = Exporting(s.window, s.workspace, s.jobs, s.messages, s.links)
        self.completing = Completing(s.window, s.workspace, s.jobs, s.messages)
        self.watching = Watching(s.window, s.workspace, s.jobs, s.messages)
        self.history = ImportHistory(s.window, s.workspace, s.jobs, s.messages, s.links)
        change = EncoderChange(s.workspace, s.jobs, s.messages)
        self.improving = Improving(s.window, s.workspace, s.jobs, s.messages, change)
        self.network = NetworkSettings(s.window)
        self.runtime = Runtime(self.improving, s.jobs, s.messages, self.network)
        self.encoders = EncoderList(s.window, s.workspace, s.jobs, s.messages, change)
        self.installing = EncoderInstall(s.window, s.jobs, s.messages, self.encoders, change)
        self.backups = BackingUp(s.window, s.workspace, s.jobs, s.messages, s.links)
        self.newer = NewerVersion(s.window, s.workspace, s.jobs, s.messages, s.links)
