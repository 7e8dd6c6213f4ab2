"""A search request as JSON text, to be kept and run again, and back."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from desktop_app.errors import UserError
from desktop_app.search.query.chips import Adjustment, Change
from desktop_app.search.request import Filters, Mode, Reading, SearchRequest

VERSION = 1


def request_to_json(request: SearchRequest) -> str:
    """The request as one line of JSON; what has its default value is left out."""
    values: dict[str, Any] = {"version": VERSION, **_changed(request, SearchRequest())}
    if "filters" in values:
        values["filters"] = _changed(request.filters, Filters())
    if request.within is not None:
        values["within"] = json.loads(request_to_json(request.within))
    if "adjustments" in values:
        values["adjustments"] = [dataclasses.asdict(a) for a in request.adjustments]
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def request_from_json(text: str) -> SearchRequest:
    """The request again. Raises UserError when it is damaged or of a newer Litmesh."""
    try:
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("no object")
        return _request(values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"The saved search is damaged: {error}.", "Type it again.") from error


def _request(values: dict[str, Any]) -> SearchRequest:
    if values.pop("version", VERSION) != VERSION:
        raise UserError("This search was saved by a newer Litmesh.", "Install that version.")
    _refuse_unknown(values, SearchRequest, "search")
    if values.get("within") is not None:
        values["within"] = _request(dict(values["within"]))
    if not isinstance(values.get("text", ""), str):
        raise ValueError("its text is no text")
    if "mode" in values:
        values["mode"] = Mode(values["mode"])
    if "reading" in values:
        values["reading"] = Reading(values["reading"])
    if "filters" in values:
        filters = values["filters"]
        _refuse_unknown(filters, Filters, "filters")
        values["filters"] = _filters({name: _frozen(value) for name, value in filters.items()})
    if "adjustments" in values:
        values["adjustments"] = tuple(
            Adjustment(str(a["key"]), Change(a["change"]), str(a.get("text", "")))
            for a in values["adjustments"]
        )
    return SearchRequest(**values)


def _filters(values: dict[str, Any]) -> Filters:
    """Raises ValueError when a condition is of another kind than it should be."""
    default = Filters()
    for name, value in values.items():
        kind = tuple if name == "years" else type(getattr(default, name))
        if not isinstance(value, kind) and not (name == "years" and value is None):
            raise ValueError(f"its {name} cannot be {value!r:.40}")
    if values.get("years") is not None:
        first, last = map(int, values["years"])
        values["years"] = (first, last)
    return Filters(**values)


def _refuse_unknown(values: Mapping[str, Any], kind: type[Any], what: str) -> None:
    unknown = sorted(values.keys() - {field.name for field in dataclasses.fields(kind)})
    if unknown:
        raise UserError(
            f"This search was saved by a newer Litmesh: its {what} have “{unknown[0]}”.",
            "Install that version, or make the search again.",
        )


def _changed(value: Any, default: Any) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(value)]
    return {n: getattr(value, n) for n in names if getattr(value, n) != getattr(default, n)}


def _frozen(value: Any) -> Any:
    """Lists as tuples, as frozen values hold them."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
