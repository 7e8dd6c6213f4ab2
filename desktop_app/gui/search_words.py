"""A search in words: for chips, history and the name of a saved search."""

from desktop_app.search.request import Filters, Reading, SearchRequest

_LONGEST = 60  # characters of a text inside other words


def request_words(request: SearchRequest, title: str = "") -> str:
    """One line that tells a search from others; `title` is that of its `origin`."""
    parts = []
    if request.similar_to is not None:
        parts.append(f"similar to “{shortened(title or f'article {request.similar_to}')}”")
    elif request.text:
        parts.append(" ".join(request.text.split()))
    else:
        parts.append("everything")
    if request.reading is not Reading.AUTO and request.text:
        parts.append("exact" if request.reading is Reading.BOOLEAN else "ranked")
    conditions = filter_count(request.filters)
    if conditions:
        parts.append(f"{conditions} filter{'s' if conditions > 1 else ''}")
    if request.within is not None:
        inner = title if request.similar_to is None else ""
        parts.append(f"inside: {shortened(request_words(request.within, inner))}")
    return " · ".join(parts)


def origin(request: SearchRequest) -> int | None:
    """The article whose like is looked for, or inside whose like is searched."""
    if request.similar_to is None and request.within is not None:
        return origin(request.within)
    return request.similar_to


def filter_count(filters: Filters) -> int:
    """How many conditions the filters hold."""
    lists = (
        filters.include,
        filters.exclude,
        filters.journals,
        filters.publication_types,
        filters.languages,
        filters.authors,
        filters.collections,
        filters.heading_sources,
    )
    return sum(map(len, lists)) + (filters.years is not None)


def shortened(text: str, longest: int = _LONGEST) -> str:
    """A text that fits, cut with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
