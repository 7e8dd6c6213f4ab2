"""MeSH qualifiers: their two-letter abbreviations, and which ones stand below which.

The tree is NLM's ("Qualifier Hierarchies", MeSH 2024): a search for therapy finds drug therapy too.
"""

_TABLE = """
AB abnormalities; AD administration & dosage; AE adverse effects; AG agonists
AA analogs & derivatives; AN analysis; AH anatomy & histology; AI antagonists & inhibitors
BI biosynthesis; BL blood; BS blood supply; CF cerebrospinal fluid; CS chemical synthesis
CI chemically induced; CH chemistry; CL classification; CO complications; CN congenital
CT contraindications; CY cytology; DF deficiency; DI diagnosis; DG diagnostic imaging
DU diagnostic use; DH diet therapy; DE drug effects; DT drug therapy; EC economics; ED education
EM embryology; EN enzymology; EP epidemiology; ES ethics; EH ethnology; ET etiology
GE genetics; GD growth & development; HI history; IM immunology; IN injuries; IR innervation
IP isolation & purification; LJ legislation & jurisprudence; ME metabolism; MT methods
MI microbiology; MO mortality; NU nursing; OG organization & administration; PS parasitology
PY pathogenicity; PA pathology; PK pharmacokinetics; PD pharmacology; PH physiology
PP physiopathology; PO poisoning; PC prevention & control; PX psychology; RE radiation effects
RT radiotherapy; RH rehabilitation; SC secondary; SE secretion; ST standards
SN statistics & numerical data; SD supply & distribution; SU surgery; TU therapeutic use
TH therapy; TO toxicity; TM transmission; TR transplantation; TD trends; UL ultrastructure
UR urine; UT utilization; VE veterinary; VI virology
"""
_BELOW = {
    "analysis": "blood; cerebrospinal fluid; isolation & purification; urine",
    "anatomy & histology": "blood supply; cytology; embryology; innervation; pathology; "
    "ultrastructure; abnormalities",
    "chemistry": "agonists; analogs & derivatives; antagonists & inhibitors; chemical synthesis",
    "adverse effects": "poisoning; toxicity",
    "complications": "secondary",
    "cytology": "pathology; ultrastructure",
    "diagnosis": "diagnostic imaging; pathology",
    "education": "ethics",
    "embryology": "abnormalities",
    "epidemiology": "ethnology; mortality",
    "etiology": "chemically induced; complications; secondary; congenital; embryology; "
    "abnormalities; genetics; immunology; microbiology; virology; parasitology; transmission",
    "metabolism": "biosynthesis; blood; cerebrospinal fluid; deficiency; enzymology; "
    "pharmacokinetics; urine",
    "microbiology": "virology",
    "organization & administration": "economics; legislation & jurisprudence; standards; "
    "supply & distribution; trends; utilization",
    "pharmacology": "administration & dosage; adverse effects; poisoning; toxicity; agonists; "
    "antagonists & inhibitors; contraindications; diagnostic use; pharmacokinetics",
    "physiology": "genetics; growth & development; immunology; metabolism; biosynthesis; blood; "
    "cerebrospinal fluid; deficiency; enzymology; pharmacokinetics; urine; physiopathology; "
    "secretion",
    "statistics & numerical data": "epidemiology; ethnology; mortality; supply & distribution; "
    "utilization",
    "surgery": "transplantation",
    "therapeutic use": "administration & dosage; adverse effects; contraindications; poisoning; "
    "toxicity",
    "therapy": "diet therapy; drug therapy; nursing; prevention & control; radiotherapy; "
    "rehabilitation; surgery; transplantation",
}
_NAMES = {
    entry[:2].lower(): entry[3:].strip()
    for line in _TABLE.strip().splitlines()
    for entry in line.split("; ")
}
_KNOWN = frozenset(_NAMES.values())


def qualifier_name(text: str) -> str | None:
    """The qualifier of a name ("drug therapy", "statistics and numerical data") or abbreviation."""
    name = " ".join(text.lower().replace(" and ", " & ").split())
    return name if name in _KNOWN else _NAMES.get(name)


def with_narrower(name: str) -> tuple[str, ...]:
    """A qualifier and those below it."""
    return (name, *_BELOW.get(name, "").split("; ")) if name in _BELOW else (name,)
