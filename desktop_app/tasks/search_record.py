"""A search on record: what was asked, of what, and what came, in a file that can be run again.

    {"schema": "litmesh search record", "version": 1, "made", "program", "request",
     "interpretation", "encoder", "reranker", "mesh_year", "library", "indexes", "earlier",
     "total", "hits": […]}

The request stands there whole, defaults too. Articles are named by PMID or DOI, else by a digest
of the title, and collections by name (see `portable_request`), so that the search can be made
again in another library and the two be compared.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import desktop_app
from desktop_app.encoders.installed import default_encoder
from desktop_app.encoders.reranker import find_reranker, read_reranker_manifest
from desktop_app.errors import UserError
from desktop_app.files import write_text
from desktop_app.library.identities import find_articles, fingerprint, identities
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search.query.parse import parse
from desktop_app.search.query.tree import Earlier, leaves
from desktop_app.search.request import SearchResult
from desktop_app.tasks.compare_results import Comparison, Difference, Hit, compare
from desktop_app.tasks.portable_request import (
    from_values,
    identity_of,
    identity_values,
    to_values,
)
from desktop_app.tasks.session import Session

SCHEMA = "litmesh search record"
VERSION = 1
LISTED = 10_000  # hits of a record
_LARGEST = 64 << 20  # bytes of a file that is read

Values = dict[str, Any]  # JSON


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
        **_facts(session, result),
        "request": to_values(library, result.request),
        "interpretation": dataclasses.asdict(result.interpretation),
        "indexes": _indexes(library.folder / "indexes"),
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
        *_differences(record.facts, _facts(session, result)),
        *(Difference("Collection", name, "") for name in lost),
    ]
    compared = compare(circumstances, record.hits, now, (record.total, len(result)))
    here = find_articles(session.library, compared.gone)
    return replace(compared, absent=frozenset(compared.gone) - here.keys())


def usable_encoder(library: Library, record: SearchRecord) -> str:
    """The id of the record's encoder when it is installed and embedded articles here; else ""."""
    wanted = str(record.facts["encoder"].get("id", ""))
    embedded = {name for name, _ in library.encoders()}
    return wanted if wanted in embedded and default_encoder(wanted) is not None else ""


def _limit(record: SearchRecord) -> int:
    """How many hits are compared: all, or as many as the record could hold."""
    return LISTED if record.total <= len(record.hits) else len(record.hits)


# --- the facts around a search --------------------------------------------------------------------


def _facts(session: Session, result: SearchResult) -> Values:
    library = session.library
    return {
        "program": desktop_app.__version__,
        "exact": result.exact,
        "refined": result.refined,
        "floor": result.floor,
        "encoder": _encoder(result.encoder_id),
        "reranker": _reranker() if result.refined else {},
        "mesh_year": session.vocabulary.year,
        "library": {
            "uuid": library.uuid(),
            "revision": library.revision(),
            "articles": result.articles,
            "embedded": result.embedded,
            "fingerprint": fingerprint(library),
        },
        "earlier": _earlier(library, result.request.text) if result.exact else {},
    }


def _encoder(encoder_id: str) -> Values:
    """Name, hash (in the id) and date of an encoder; only the id when it is not installed."""
    info = default_encoder(encoder_id) if encoder_id else None
    if info is None:
        return {"id": encoder_id}
    manifest = info.manifest
    hashes = {name: record.sha256 for name, record in manifest.files.items()}
    return {
        "id": encoder_id,
        "name": manifest.name,
        "version": manifest.version,
        "created": manifest.created,
        "files": hashes,
    }


def _reranker() -> Values:
    folder = find_reranker()
    return {} if folder is None else {"id": read_reranker_manifest(folder).id}


def _indexes(folder: Path) -> dict[str, str]:
    """A digest of each index on the disk, by its folder; what is not whole is left out."""
    found = {}
    for manifest in sorted(folder.rglob("manifest.json")):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            listed = json.loads(manifest.read_text("utf-8"))["files"]
            hashes = " ".join(f"{name} {listed[name]['sha256']}" for name in sorted(listed))
            name = manifest.parent.relative_to(folder).as_posix()
            found[name] = hashlib.sha256(hashes.encode()).hexdigest()[:16]
    return found


def _earlier(library: Library, text: str) -> dict[str, Any]:
    """What `#3` in a query stands for in this library: the request of that number."""
    numbers = {leaf.number for leaf in leaves(parse(text).tree) if isinstance(leaf, Earlier)}
    past = {number: library.searches.past(number) for number in sorted(numbers)}
    return {str(number): json.loads(p.request) for number, p in past.items() if p is not None}


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """What is not as it was, in the words of the window."""
    old, new = before["library"], now["library"]
    values = [
        ("Encoder", before["encoder"].get("id", ""), now["encoder"]["id"]),
        ("Second stage", before["reranker"].get("id", ""), now["reranker"].get("id", "")),
        ("Year of MeSH", before["mesh_year"], now["mesh_year"]),
        ("Version of Litmesh", before["program"], now["program"]),
        ("Relevance floor", _rounded(before["floor"]), _rounded(now["floor"])),
        ("Library", old["uuid"], new["uuid"]),
        ("Articles and their texts", old["fingerprint"], new["fingerprint"]),
        ("Articles in the library", old["articles"], new["articles"]),
        ("Articles searchable by meaning", old["embedded"], new["embedded"]),
    ]
    numbers = sorted(before["earlier"].keys() | now["earlier"].keys(), key=int)
    values += [
        (f"Search #{n}", _text_of(before["earlier"].get(n)), _text_of(now["earlier"].get(n)))
        for n in numbers
    ]
    return [Difference(what, str(a), str(b)) for what, a, b in values if a != b]


def _rounded(floor: float | None) -> str:
    return "" if floor is None else f"{floor:.4f}"


def _text_of(request: Mapping[str, Any] | None) -> str:
    return "" if request is None else str(request.get("text", ""))
