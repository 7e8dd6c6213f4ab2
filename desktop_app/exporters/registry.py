"""The formats that a library can be written in, by the name the command line gives them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TextIO

from desktop_app.exporters.bibtex import write_bibtex
from desktop_app.exporters.csl_json import write_csl_json
from desktop_app.exporters.csv_table import write_csv, write_raw_csv
from desktop_app.exporters.nbib import write_nbib
from desktop_app.exporters.pmids import has_pmid, write_pmids
from desktop_app.exporters.ris import write_ris
from desktop_app.records import Article


def _any_article(_: Article) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format to write: `writes` takes the articles that `takes` says it can hold."""

    name: str  # as people call it
    suffix: str  # of its files, with the dot
    writes: Callable[[Iterable[Article], TextIO], None]
    encoding: str = "utf-8"  # of files
    takes: Callable[[Article], bool] = _any_article


# Excel takes a CSV file for UTF-8 only when it begins with a byte order mark.
EXPORTERS: dict[str, Exporter] = {
    "ris": Exporter("RIS", ".ris", write_ris),
    "bibtex": Exporter("BibTeX", ".bib", write_bibtex),
    "nbib": Exporter("PubMed (NBIB)", ".nbib", write_nbib),
    "csljson": Exporter("CSL-JSON", ".json", write_csl_json),
    "csv": Exporter("CSV table", ".csv", write_csv, "utf-8-sig"),
    "csv-raw": Exporter("CSV table, unprotected", ".csv", write_raw_csv),
    "pmids": Exporter("List of PMIDs", ".txt", write_pmids, takes=has_pmid),
}
