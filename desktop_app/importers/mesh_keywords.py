"""MeSH headings among the keywords of an export: taken only where the notation leaves no doubt.

Reference managers and databases export NLM's headings as keywords ("Asthma/*drug therapy"). A name
followed by nothing but MeSH qualifiers is a heading: authors and Emtree ("asthma/dt [Drug
Therapy]") write none. Where a record has one of these, its other keywords with MEDLINE's star in
front and MeSH's capitals are headings of the same list, unless POPLINE's terms ("Infertility--
etiology"), which also have stars, are mixed with them. Those without star or qualifier may be
anybody's and stay keywords.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from desktop_app.records import Heading, Keyword, Qualifier

SOURCE = "export"  # Heading.source: NLM's own record was not seen

# MeSH 2026, https://www.nlm.nih.gov/mesh/qualifiers_scopenotes.html, and what older records have.
_QUALIFIERS = frozenset(
    name.strip()
    for name in """
    abnormalities, administration & dosage, adverse effects, agonists, analogs & derivatives,
    analysis, anatomy & histology, antagonists & inhibitors, biosynthesis, blood, blood supply,
    cerebrospinal fluid, chemical synthesis, chemically induced, chemistry, classification,
    complications, congenital, cytology, deficiency, diagnosis, diagnostic imaging, diet therapy,
    drug effects, drug therapy, economics, education, embryology, enzymology, epidemiology, ethics,
    ethnology, etiology, genetics, growth & development, history, immunology, injuries, innervation,
    instrumentation, isolation & purification, legislation & jurisprudence, metabolism, methods,
    microbiology, mortality, nursing, organization & administration, parasitology, pathogenicity,
    pathology, pharmacokinetics, pharmacology, physiology, physiopathology, poisoning,
    prevention & control, psychology, radiation effects, radiotherapy, rehabilitation, secondary,
    standards, statistics & numerical data, supply & distribution, surgery, therapeutic use,
    therapy, toxicity, transmission, transplantation, trends, ultrastructure, urine, veterinary,
    virology, contraindications, diagnostic use, manpower, radiography, radionuclide imaging,
    secretion, ultrasonography, utilization
    """.replace("\n", " ").split(",")
)
_MOST_QUALIFIERS = 30
_WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones may be "and", "of", "mRNA"


def headings_among(
    keywords: Sequence[Keyword],
) -> tuple[tuple[Heading, ...], tuple[Keyword, ...]]:
    """The headings that are certain, and the keywords that are left, both in their order."""
    certain = {keyword: _heading(keyword) for keyword in keywords}
    if not any(certain.values()):
        return (), tuple(keywords)
    mixed = any("--" in keyword.text for keyword in keywords)
    headings: list[Heading] = []
    left: list[Keyword] = []
    for keyword in keywords:
        found = certain[keyword] or (None if mixed else _starred(keyword))
        if found is None:
            left.append(keyword)
        else:
            headings.append(found)
    return _one_a_name(headings), tuple(left)


def _one_a_name(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Some exports repeat a heading for each of its qualifiers."""
    found: dict[str, Heading] = {}
    for heading in headings:
        before = found.get(heading.name.casefold(), heading)
        qualifiers = tuple(dict.fromkeys(before.qualifiers + heading.qualifiers))
        major = before.major or heading.major
        found[heading.name.casefold()] = replace(before, major=major, qualifiers=qualifiers)
    return tuple(found.values())


def _heading(keyword: Keyword) -> Heading | None:
    """ "Asthma/*drug therapy/genetics": a name and nothing but qualifiers."""
    text, major = _without_star(keyword)
    name, *qualifiers = (part.strip() for part in text.split("/", _MOST_QUALIFIERS + 1))
    if not name or not qualifiers:
        return None
    if any(_qualifier_name(part) not in _QUALIFIERS for part in qualifiers):
        return None
    found = tuple(Qualifier("", _qualifier_name(q), q.startswith("*")) for q in qualifiers)
    return Heading("", name, major, found, SOURCE)


def _starred(keyword: Keyword) -> Heading | None:
    name, major = _without_star(keyword)
    if not major or not name or "/" in name:
        return None
    small = any(word[0].islower() for word in _WORD.findall(name))  # "Antimicrobial surfaces"
    return None if small else Heading("", name, True, (), SOURCE)


def _without_star(keyword: Keyword) -> tuple[str, bool]:
    starred = keyword.text.startswith("*")
    return keyword.text.removeprefix("*").strip(), keyword.major or starred


def _qualifier_name(part: str) -> str:
    """Programs write "and" for "&", and capitals."""
    return " ".join(part.removeprefix("*").split()).lower().replace(" and ", " & ")
