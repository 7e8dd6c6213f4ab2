"""What a search depended on besides its request, and in words what of it is not as it was.

Part of a record (`search_record.py`): program, encoder, second stage, MeSH, library, indexes on the
disk, and the searches that `#3` in a query stands for.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import desktop_app
from desktop_app.encoders.installed import default_encoder
from desktop_app.encoders.reranker import find_reranker, read_reranker_manifest
from desktop_app.encoders.trainable import title
from desktop_app.library.identities import fingerprint
from desktop_app.library.library import Library
from desktop_app.search.query.parse import parse
from desktop_app.search.query.tree import Earlier, leaves
from desktop_app.search.request import SearchResult
from desktop_app.tasks.compare_results import Difference
from desktop_app.tasks.session import Session

Values = dict[str, Any]  # JSON


def facts_of(session: Session, result: SearchResult) -> Values:
    """What a result depended on besides the request, as JSON values."""
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
        "indexes": _indexes(library.folder / "indexes"),
        "earlier": _earlier(library, result.request.text) if result.exact else {},
    }


def _encoder(encoder_id: str) -> Values:
    """Title, name, hashes and date of an encoder; only the id when it is not installed."""
    info = default_encoder(encoder_id) if encoder_id else None
    if info is None:
        return {"id": encoder_id}
    manifest = info.manifest
    return {
        "id": encoder_id,
        "title": title(info),
        "name": manifest.name,
        "version": manifest.version,
        "created": manifest.created,
        "files": {name: record.sha256 for name, record in manifest.files.items()},
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


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """What is not as it was, in the words of the window."""
    old, new = before["library"], now["library"]
    values: list[tuple[str, Any, Any]] = [
        *_encoders(before["encoder"], now["encoder"]),
        ("Second stage", before["reranker"].get("id", ""), now["reranker"].get("id", "")),
        ("Year of MeSH", before["mesh_year"], now["mesh_year"]),
        ("Version of Litmesh", before["program"], now["program"]),
        ("Relevance floor", _rounded(before["floor"]), _rounded(now["floor"])),
        ("Library", old["uuid"], new["uuid"]),
        ("Articles and their texts", old["fingerprint"], new["fingerprint"]),
        ("Articles in the library", old["articles"], new["articles"]),
        ("Articles searchable by meaning", old["embedded"], new["embedded"]),
    ]
    values += _rebuilt(before.get("indexes", {}), now["indexes"])
    numbers = sorted(before["earlier"].keys() | now["earlier"].keys(), key=int)
    values += [
        (f"Search #{n}", _text_of(before["earlier"].get(n)), _text_of(now["earlier"].get(n)))
        for n in numbers
    ]
    return [Difference(what, str(a), str(b)) for what, a, b in values if a != b]


def _encoders(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Another encoder, by title, date and id; or, of the same one, each file that is another."""
    if before.get("id", "") != now["id"]:
        return [("Encoder", _called(before), _called(now))]
    old, new = before.get("files", {}), now.get("files", {})
    return [
        (f"The encoder’s {name}, SHA-256", _digest(old[name]), _digest(new[name]))
        for name in sorted(old.keys() & new.keys())
    ]


def _called(encoder: Mapping[str, Any]) -> str:
    """An encoder in words: `Heart failure of 2026-11-22 (bge-…-1a2b…)`."""
    known = encoder.get("id", "")
    if not encoder.get("title"):
        return str(known)
    return f"{encoder['title']} of {str(encoder.get('created', ''))[:10]} ({known})"


def _rebuilt(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Indexes on the disk then and now; one that was not written yet was the same in memory."""
    return [
        (f"Index {name} on the disk, SHA-256", before[name], now[name])
        for name in sorted(before.keys() & now.keys())
    ]


def _digest(sha256: Any) -> str:
    return str(sha256)[:12]


def _rounded(floor: float | None) -> str:
    return "" if floor is None else f"{floor:.4f}"


def _text_of(request: Mapping[str, Any] | None) -> str:
    return "" if request is None else str(request.get("text", ""))
