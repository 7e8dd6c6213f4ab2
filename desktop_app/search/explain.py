"""Why an article is a hit, in one line: shared headings, matched words, nearness in meaning."""

from collections.abc import Sequence

from desktop_app.search.request import Concept

_WORDS_SHOWN = 6


def why(
    concepts: Sequence[Concept],
    headings: Sequence[tuple[str, str]],
    words: Sequence[str],
    similarity: float | None,
) -> str:
    """The reasons as one line; `headings` are (UI, name) of the article, `words` those matched."""
    uis = {ui for ui, _ in headings}
    shared = [concept.name for concept in concepts if concept.ui in uis]
    reasons = []
    if shared:
        reasons.append("MeSH: " + ", ".join(dict.fromkeys(shared)))
    if words:
        more = " …" if len(words) > _WORDS_SHOWN else ""
        reasons.append("words: " + ", ".join(words[:_WORDS_SHOWN]) + more)
    if similarity is not None:
        reasons.append(f"similarity {similarity:.2f}")
    return " · ".join(reasons)
