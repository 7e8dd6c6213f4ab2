"""The sixteen categories of MeSH: the letters that every tree number begins with."""

from types import MappingProxyType

# NLM publishes the names only on its web pages and not in the descriptor files.
CATEGORIES = MappingProxyType(
    {
        "A": "Anatomy",
        "B": "Organisms",
        "C": "Diseases",
        "D": "Chemicals and Drugs",
        "E": "Analytical, Diagnostic and Therapeutic Techniques, and Equipment",
        "F": "Psychiatry and Psychology",
        "G": "Phenomena and Processes",
        "H": "Disciplines and Occupations",
        "I": "Anthropology, Education, Sociology, and Social Phenomena",
        "J": "Technology, Industry, and Agriculture",
        "K": "Humanities",
        "L": "Information Science",
        "M": "Named Groups",
        "N": "Health Care",
        "V": "Publication Characteristics",
        "Z": "Geographicals",
    }
)
