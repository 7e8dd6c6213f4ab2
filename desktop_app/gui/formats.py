"""What the window says of the kinds of files that can be imported: no more than there are readers.

Names only: the readers themselves are loaded on a worker (a test compares the two).
"""

# The name of a reader (importers.registry) -> how it is spoken of, the usual endings of its files.
IMPORTED = {
    "PubMed XML": ("PubMed XML", "*.xml *.gz"),
    "PubMed text (NBIB)": ("PubMed text (NBIB, from “Send to › File”)", "*.nbib *.txt"),
    "Zotero": ("Zotero (zotero.sqlite)", "*.sqlite"),
    "RIS": ("RIS", "*.ris"),
    "Web of Science text (ISI)": ("Web of Science", "*.ciw *.isi"),
    "Ovid text": ("Ovid", "*.cgi"),
    "EndNote/Refer text": ("EndNote text (.enw)", "*.enw"),
    "BibTeX": ("BibTeX", "*.bib"),
    "EndNote XML": ("EndNote XML", ""),
    "JATS": ("JATS (.nxml)", "*.nxml"),
    "Europe PMC JSON": ("Europe PMC JSON", "*.json"),
    "CSL-JSON": ("CSL-JSON", ""),
    "PDF": ("PDF", "*.pdf"),
    "Table": ("tables with a title column (CSV, TSV)", "*.csv *.tsv"),
    "List of identifiers": ("lists of PMIDs or DOIs", ""),
    "Zip archive": ("zip and tar archives of these", "*.zip"),
    "Tar archive": ("", "*.tar *.tgz"),
}
_WORDS = [words for words, _ in IMPORTED.values() if words]
IMPORT_WORDS = f"{', '.join(_WORDS[:-1])}, and {_WORDS[-1]}."
IMPORT_PATTERNS = " ".join(patterns for _, patterns in IMPORTED.values() if patterns)
