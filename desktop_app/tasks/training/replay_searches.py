"""The user's last searches, answered by the encoder in use and by a new one, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.encoders.installed import default_encoder
from desktop_app.encoders.model_folder import read_manifest
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Mode, SearchRequest
from desktop_app.search.request_json import request_from_json
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.session import Session
from desktop_app.tasks.training.run import TrainingRun

_SEARCHES = 20
_HITS = 5


@dataclass(frozen=True, slots=True)
class Replayed:
    """A search and the titles of its first hits, before and after."""

    query: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def flips(self) -> int:
        """Places of the list after that hold another article than before."""
        padded = (*self.before, *("",) * len(self.after))
        return sum(new != old for new, old in zip(self.after, padded, strict=False))


def replay(session: Session, run: TrainingRun, report: Report = silent) -> list[Replayed]:
    """Answer the last searches with both encoders. `report` counts articles embedded.

    The new encoder's vectors are made as for its use, beside those in use, and stay for it.
    Raises UserError, Cancelled.
    """
    requests = _last_searches(session)
    if not requests:
        return []
    encoder = load_encoder(run.model)
    if index_library(session.library, encoder, report).cancelled:
        raise UserError("The new encoder was not tried: it has not read all articles yet.")
    other = SearchEngine(session.library, session.vocabulary)
    other.use_encoder(encoder)
    return [
        Replayed(one.text, _titles(session.engine, one), _titles(other, one)) for one in requests
    ]


def forget_trial(session: Session, run: TrainingRun) -> None:
    """Drop the vectors that `replay` made of an encoder that is not taken."""
    try:
        encoder_id = read_manifest(run.model).encoder_id()
    except UserError:  # there is no encoder, so it was not tried
        return
    if default_encoder(encoder_id) is None:
        session.engine.drop_encoder(encoder_id)


def _last_searches(session: Session) -> Sequence[SearchRequest]:
    """The last different searches by meaning that had a text, newest first."""
    found: dict[str, SearchRequest] = {}
    for past in session.library.searches.history():
        try:
            request = request_from_json(past.request)
        except UserError:
            continue
        if request.text.strip() and request.mode is not Mode.KEYWORD:
            found.setdefault(past.request, request)
    return list(found.values())[:_SEARCHES]


def _titles(engine: SearchEngine, request: SearchRequest) -> tuple[str, ...]:
    return tuple(row.title for row in engine.rows(engine.search(request), 0, _HITS))
