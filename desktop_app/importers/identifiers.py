"""The identifiers of articles and people, brought from every spelling met to one."""

_DOI_LEADS = ("https://", "http://", "dx.doi.org/", "doi.org/", "www.doi.org/", "doi:", "doi ")


def pmid_number(text: str | None) -> int | None:
    """The number of a PMID, or None when `text` is not one (1 to 10 digits, not 0)."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) or None


def doi(text: str | None) -> str:
    """A DOI in lower case without address or "doi:", or "" when `text` is not one."""
    found = (text or "").strip().lower()
    if not found.startswith("10."):
        for lead in _DOI_LEADS:
            found = found.removeprefix(lead).lstrip()
    if not found.startswith("10.") or "/" not in found or " " in found:
        return ""
    return found


def pmcid(text: str | None) -> str:
    """A PubMed Central id as "PMC123", or "" when `text` is not one. A version is dropped."""
    found = (text or "").strip().upper().removeprefix("PMC").partition(".")[0]
    return f"PMC{found}" if found.isascii() and found.isdigit() else ""


def orcid(text: str | None) -> str:
    """An ORCID iD as "0000-0002-1825-0097", or "" when `text` has not 16 characters of one."""
    code = "".join(char for char in (text or "").upper() if char in "0123456789X")
    if len(code) != 16 or not code[:15].isdigit():
        return ""
    return f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}"
