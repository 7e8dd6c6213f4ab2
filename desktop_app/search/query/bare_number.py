"""A number typed alone: a PMID, PMCID or DOI stands for the article that has it."""

import re

_FORMS = (
    ("pmid", re.compile(r"(?:pmid:?\s*)?([1-9]\d{0,7})", re.IGNORECASE)),
    ("pmid", re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/([1-9]\d{0,7})/?", re.IGNORECASE)),
    ("pmcid", re.compile(r"(?:pmcid:?\s*)?(PMC\d{1,9})(?:\.\d{1,2})?", re.IGNORECASE)),
    (
        "doi",
        re.compile(
            r'(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?(10\.\d{4,9}/[^\s"]{1,300})', re.IGNORECASE
        ),
    ),
)


def number_query(text: str) -> str | None:
    """The query `"10.1000/x"[doi]` for a text that is one number and nothing else, else None.

    Whether any article has the number is for the caller to see: 2019 may be a year.
    """
    typed = text.strip().rstrip(".,;")
    for field, form in _FORMS:
        if (found := form.fullmatch(typed)) is not None:
            return f'"{found[1]}"[{field}]'
    return None
