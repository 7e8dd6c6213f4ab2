"""A search on record: what was asked, of what, and what came, in a file that can be run again.

    {"schema": "litmesh search record", "version": 1, "made", "program", "request",
     "interpretation", "encoder", "reranker", "mesh_year", "library", "indexes", "earlier",
     "total", "hits": […]}

The request stands there whole, defaults too. Articles are named by PMID or DOI, else by a digest
of the title, and collections by name (see `portable_request`), so that the search can be made
again in another library and the two be compared.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.encoders.installed import default_encoder
from desktop_app.errors import UserError
from desktop_app.files import write_text
from desktop_app.library.identities import find_articles, identities
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search.request import SearchResult
from desktop_app.tasks.compare_results import Comparison, Difference, Hit, compare
from desktop_app.tasks.portable_request import (
    from_values,
    identity_of,
    identity_values,
    to_values,
)
from desktop_app.tasks.record_facts import Values, differences, facts_of
from desktop_app.tasks.session import Session

SCHEMA = "litmesh search record"
VERSION = 1
LISTED = 10_000  # hits of a record
_LARGEST = 64 << 20  # bytes of a file that is read


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """A record as it was read: the request, the facts around it, and the ranked list."""

    request: Mapping[str, Any]  # see `portable_request`
    facts: Mapping[str, Any]
    total: int
    hits: tuple[Hit, ...]


def write_record(session: Session, result: SearchResult, path: Path) -> None:
    """Write the record of a result, as one step. Raises UserError when the file cannot be written.

    Slow, up to a second in a large library: call it on a worker.
    """
    text = json.dumps(record_of(session, result), ensure_ascii=False, indent=1)
    try:
        write_text(path, text + "\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"{path} could not be written: {reason}.", "Choose another place, or free some space."
        ) from error


def record_of(session: Session, result: SearchResult) -> Values:
    """The record of a result as JSON values."""
    library = session.library
    ids = [int(i) for i in result.ids[:LISTED]]
    named = identities(library, ids)
    scores = result.scores.tolist()
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts_of(session, result),
        "request": to_values(library, result.request),
        "interpretation": dataclasses.asdict(result.interpretation),
        "total": len(result),
        "hits": [
            {**identity_values(named[i]), "score": score}
            for i, score in zip(ids, scores, strict=False)
            if i in named
        ],
    }


def read_record(path: Path) -> SearchRecord:
    """Read a record. Raises UserError: missing, damaged, none, or of a newer Litmesh."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("too large")
        values = json.loads(path.read_text("utf-8"))
        if not isinstance(values, dict) or values.get("schema") != SCHEMA:
            raise ValueError("it says nothing of a search")
        if values["version"] != VERSION:
            raise UserError(
                f"{path} was written by a newer Litmesh.", "Install that version to run it again."
            )
        differences(values, values)  # every fact is there and of its kind
        return SearchRecord(
            request=dict(values["request"]),
            facts=values,
            total=int(values["total"]),
            hits=tuple(Hit(identity_of(h), float(h["score"])) for h in values["hits"]),
        )
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"{path} is no record of a search, or damaged ({error}).",
            "Choose a file that “litmesh search --record” or the window wrote.",
        ) from error


def rerun(session: Session, path: Path, report: Report = silent) -> Comparison:
    """Make a recorded search again in this library and compare.

    It is made with the session's encoder; the reranker is loaded when the record was refined.
    Raises UserError when the file is no record, or asks for the like of an article that is not
    here; `report` may raise Cancelled.
    """
    record = read_record(path)
    request, lost = from_values(session.library, record.request)
    result = session.engine.search(request)
    if record.facts.get("refined") and session.load_reranker():
        result = session.engine.refine(result, report)
    ids = [int(i) for i in result.ids[: max(len(record.hits), _limit(record))]]
    named = identities(session.library, ids)
    now = [
        Hit(named[i], score)
        for i, score in zip(ids, result.scores.tolist(), strict=False)
        if i in named
    ]
    circumstances = [
        *differences(record.facts, facts_of(session, result)),
        *(Difference("Collection", name, "") for name in lost),
    ]
    compared = compare(circumstances, record.hits, now, (record.total, len(result)))
    here = find_articles(session.library, compared.gone)
    return replace(compared, absent=frozenset(compared.gone) - here.keys())


def usable_encoder(library: Library, record: SearchRecord) -> str:
    """The id of the record's encoder when it is installed and embedded articles here; else ""."""
    wanted = str(record.facts["encoder"].get("id", ""))
    embedded = {name for name, _ in library.vectors.encoders()}
    return wanted if wanted in embedded and default_encoder(wanted) is not None else ""


def _limit(record: SearchRecord) -> int:
    """How many hits are compared: all, or as many as the record could hold."""
    return LISTED if record.total <= len(record.hits) else len(record.hits)
