"""A search request for another library: what it names by number there, it names here by name.

The id of an article becomes its PMID, DOI or title's digest, that of a collection its name.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from desktop_app.errors import UserError
from desktop_app.library.identities import Identity, find_articles, identities
from desktop_app.library.library import Library
from desktop_app.search.request import SearchRequest
from desktop_app.search.request_json import VERSION, request_from_json

Values = dict[str, Any]  # JSON


def to_values(library: Library, request: SearchRequest) -> Values:
    """The whole request as JSON values, defaults too, without an id of this library."""
    values = dataclasses.asdict(request)
    if request.similar_to is not None:
        named = identities(library, [request.similar_to]).get(request.similar_to, Identity())
        values["similar_to"] = identity_values(named)
    if request.filters.collections:
        names = {c.id: c.name for c in library.marks.collections()}
        values["filters"]["collections"] = [names.get(i, "") for i in request.filters.collections]
    if request.within is not None:
        values["within"] = to_values(library, request.within)
    return {**values, "version": VERSION}


def from_values(library: Library, values: Mapping[str, Any]) -> tuple[SearchRequest, list[str]]:
    """The request with this library's ids, and the names of collections that it does not have.

    Raises UserError when it is damaged, or the article that it wants the like of is not here.
    """
    lost: list[str] = []
    resolved = _resolved(library, values, lost)
    return request_from_json(json.dumps(resolved)), lost


def _resolved(library: Library, values: Mapping[str, Any], lost: list[str]) -> Values:
    try:
        found = dict(values)
        if found.get("similar_to") is not None:
            found["similar_to"] = _article(library, identity_of(found["similar_to"]))
        filters = dict(found.get("filters", {}))
        if filters.get("collections"):
            filters["collections"] = _collections(library, filters["collections"], lost)
            found["filters"] = filters
        if found.get("within") is not None:
            found["within"] = _resolved(library, found["within"], lost)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"The recorded request is damaged: {error}.") from error
    return found


def _article(library: Library, wanted: Identity) -> int:
    known = find_articles(library, [wanted])
    if wanted not in known:
        raise UserError(
            f"The search is for the like of {wanted}, which is not in this library.",
            "Import it first.",
        )
    return known[wanted]


def _collections(library: Library, names: list[str], lost: list[str]) -> list[int]:
    """Ids by name; -1, which no collection has, for those that are not here."""
    by_name = {c.name: c.id for c in library.marks.collections()}
    lost += [name for name in names if name not in by_name]
    return [by_name.get(name, -1) for name in names]


def identity_values(identity: Identity) -> Values:
    """The names of an article as JSON values; what it does not have is left out."""
    return {name: value for name, value in dataclasses.asdict(identity).items() if value}


def identity_of(values: Mapping[str, Any]) -> Identity:
    """The names of an article again. Raises ValueError, TypeError or AttributeError."""
    pmid = values.get("pmid")
    doi, title = str(values.get("doi", "")), str(values.get("title", ""))
    return Identity(None if pmid is None else int(pmid), doi, title)
