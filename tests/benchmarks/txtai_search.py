"""Searches with txtai's own code, in the trainer's environment; see `txtai_hybrid`.

txtai_search.py SITE_PACKAGES FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np


def _search(site: str, place: Path) -> None:
    """Index with txtai's defaults for hybrid, and search."""
    sys.path.insert(0, site)
    from txtai import Embeddings  # type: ignore[import-not-found]

    given = json.loads((place / "texts.json").read_text("utf-8"))
    vectors = np.concatenate([np.load(place / "documents.npy"), np.load(place / "queries.npy")])
    texts = [*given["texts"], *given["queries"]]
    by_text = {text: vectors[i] for i, text in reversed(list(enumerate(texts)))}
    by_query = {text: np.load(place / "queries.npy")[i] for i, text in enumerate(given["queries"])}
    asking = False

    def transform(inputs: list[str]) -> np.typing.NDArray[np.float32]:
        known = by_query if asking else by_text
        return np.stack([known[text] for text in inputs])

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, backend="numpy")
    embeddings.index([(i, text, None) for i, text in enumerate(given["texts"])])
    asking = True
    found = embeddings.batchsearch(given["queries"], given["depth"])
    (place / "found.json").write_text(json.dumps([[int(i) for i, _ in hits] for hits in found]))


if __name__ == "__main__":
    _search(sys.argv[1], Path(sys.argv[2]))
