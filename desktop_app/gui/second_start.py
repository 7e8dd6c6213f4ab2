"""One window for a user: a second start hands its files and query to the window that is open.

A lock decides who answers, so that two starts at once and a window that crashed leave no doubt; the
words go through a local socket that only this user may open (a named pipe on Windows).
"""

import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app import paths
from desktop_app.gui.flow import Flow

_PATIENCE = 5.0  # s for a window that is just starting to answer
_WAIT = 1000  # ms for one step of the talk
_LONGEST = 1_000_000  # bytes of a message; 10,000 paths fit
_TAKEN, _OTHER = b"taken\n", b"other library\n"
_CONNECTED = QLocalSocket.LocalSocketState.ConnectedState
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")  # the right to come to the front


@dataclass(frozen=True, slots=True)
class Call:
    """What a start was asked for. Without a library any window will do."""

    files: tuple[Path, ...] = ()
    query: str = ""
    library: Path | None = None

    tokens: tuple[tuple[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        """One line of JSON; paths are made absolute, for the other's folder may be another."""
        words = {
            "files": [str(path.absolute()) for path in self.files],
            "query": self.query,
            "library": str(self.library.resolve()) if self.library else "",
            "tokens": {name: os.environ[name] for name in _TOKENS if name in os.environ},
        }
        return json.dumps(words).encode() + b"\n"

    @classmethod
    def from_bytes(cls, line: bytes) -> "Call":
        """What another process wrote (`ValueError` when it is nothing of ours)."""
        try:
            words = json.loads(line)
            files = tuple(Path(name) for name in words["files"])
            tokens = tuple((str(k), str(v)) for k, v in words["tokens"].items() if k in _TOKENS)
            library = Path(words["library"]) if words["library"] else None
            return cls(files, str(words["query"]), library, tokens)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a call") from error


class SecondStart(QObject):
    """Answers later starts of the program while this window is open."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._flow = flow
        self._lock = _lock()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def listen(self) -> bool:
        """Begin to answer; False when another window does that already."""
        try:
            self._lock.acquire(timeout=0)
        except (Timeout, OSError):
            return False
        QLocalServer.removeServer(_address())  # left by a crash: whoever holds the lock may
        return self._server.listen(_address())

    @property
    def address(self) -> str:
        """The name of the socket."""
        return self._server.serverName()

    def close(self) -> None:
        """Answer no more."""
        self._server.close()
        self._lock.release()

    @Slot()
    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket):
            return
        if socket.canReadLine():
            socket.write(self._answer(bytes(socket.readLine().data())))
            socket.flush()
            socket.disconnectFromServer()
        elif socket.bytesAvailable() > _LONGEST:
            socket.abort()

    def _answer(self, line: bytes) -> bytes:
        try:
            call = Call.from_bytes(line)
        except ValueError:
            return _OTHER
        if call.library is not None and call.library != self._flow.workspace.folder.resolve():
            return _OTHER
        self._come_forward(call)
        if call.files:
            self._flow.import_paths(call.files)
        if call.query:
            self._flow.query.submit_text(call.query)
        return _TAKEN

    def _come_forward(self, call: Call) -> None:
        os.environ.update(call.tokens)
        window = self._flow.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


def handed_over(call: Call) -> bool:
    """Whether an open window has taken over; waits for one that is just starting."""
    end = time.monotonic() + _PATIENCE
    while _somebody_answers():
        socket = QLocalSocket()
        socket.connectToServer(_address())
        if socket.waitForConnected(_WAIT):
            return _taken(socket, call)
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return False


def _taken(socket: QLocalSocket, call: Call) -> bool:
    socket.write(call.to_bytes())
    socket.waitForBytesWritten(_WAIT)
    end = time.monotonic() + _PATIENCE
    while not socket.canReadLine() and time.monotonic() < end:
        if not socket.waitForReadyRead(_WAIT) and socket.state() != _CONNECTED:
            break
    return bytes(socket.readLine().data()) == _TAKEN


def _somebody_answers() -> bool:
    lock = _lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _lock() -> FileLock:
    folder = paths.data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "window.lock", thread_local=False)


def _address() -> str:
    """One name for each user's data folder; short, as the names of sockets must be."""
    return "litmesh-" + hashlib.sha256(str(paths.data_dir().resolve()).encode()).hexdigest()[:16]
