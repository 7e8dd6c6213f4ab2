"""A facet index on its way to the cache: taken as it is, then written while searches go on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.search import cache
from desktop_app.search.facet_part import FacetPart
from desktop_app.search.facet_parts import Living, joined


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The segments of one revision, with all that the cache says about them."""

    folder: Path
    parts: Living
    names: Mapping[str, list[str]]  # of each kind, in the order of their codes
    sizes: Mapping[str, int]  # of each kind that is turned round: how many codes
    facts: cache.Facts

    def write(self) -> FacetPart:
        """Join the segments, turn their codes round, write it all; the joined segment.

        Raises OSError when the disk is full; the former cache stays then.
        """
        part = joined(self.parts)
        for kind, size in self.sizes.items():
            part.index(kind, size)
        writers = {name: cache.array_writer(array) for name, array in part.arrays().items()}
        writers["names"] = self._write_names
        cache.save(self.folder, writers, self.facts)
        return part

    def _write_names(self, path: Path) -> None:
        path.write_text(json.dumps(self.names, ensure_ascii=False), "utf-8")
