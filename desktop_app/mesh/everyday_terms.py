"""What people write for headings whose entry terms a table may lack.

NLM keeps many common words under a heading's narrower concepts: "breast cancer" is one of Breast
Neoplasms. A table built from preferred concepts only does not hold them. These few are used for
finding and matching and are never shown as entry terms.
"""

from collections.abc import Iterable, Iterator

_NEOPLASMS, _CANCERS = ("neoplasm", "neoplasms"), ("Cancer", "Cancers")

# heading: what is written, its other number is found too
_EVERYDAY = {
    "Neoplasms": "cancer, malignancy",
    "Acne Vulgaris": "acne",
    "Analgesics, Opioid": "opioid",
    "Anti-Bacterial Agents": "antibiotic",
    "Bile Acids and Salts": "bile acid",
    "Black or African American": "African American",
    "Blotting, Western": "western blot",
    "Bone and Bones": "bone",
    "Carbonated Beverages": "soft drink",
    "Cognitive Dysfunction": "cognitive impairment, cognitive decline, mild cognitive impairment",
    "Computational Biology": "bioinformatics",
    "Critical Care": "intensive care",
    "Delivery of Health Care": "health care, healthcare",
    "Depression": "depressive symptom",
    "Embryonic Structures": "embryo",
    "Exercise": "aerobic exercise, exercise training",
    "Feeding Behavior": "eating habit, dietary habit",
    "Folic Acid": "folate",
    "Gastrointestinal Microbiome": "gut microbiota, gut microbiome, intestinal microbiota",
    "High-Throughput Nucleotide Sequencing": "high-throughput sequencing",
    "Hypoglycemic Agents": "antidiabetic",
    "Insulin Resistance": "insulin sensitivity",
    "Length of Stay": "hospital stay",
    "Mass Screening": "screening",
    "Microbiota": "microbiome",
    "Oryza": "rice",
    "Oxidative Stress": "oxidative damage",
    "Prostatic Hyperplasia": "benign prostatic hyperplasia",
    "Quality of Life": "health-related quality of life",
    "ROC Curve": "receiver operating characteristic",
    "Renal Insufficiency": "renal failure, kidney failure",
    "Sleep Initiation and Maintenance Disorders": "insomnia",
    "Social Class": "socioeconomic status",
    "Solanum lycopersicum": "tomato, tomatoes",
    "Solanum tuberosum": "potato, potatoes",
    "Surveys and Questionnaires": "questionnaire",
    "Triticum": "wheat",
    "Uterine Cervical Neoplasms": "cervical cancer",
    "Vitamin B 12": "cobalamin, vitamin B12",
    "Wounds and Injuries": "trauma, injury",
    "Zea mays": "maize, corn",
}


def everyday_terms(terms: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Further (term, descriptor index) for the (term, index) of a table, names and entry terms.

    "Lung Neoplasms" and "Neoplasms, Lung" give "Lung Cancers"; the headings above their own list.
    """
    for term, index in terms:
        if term in _EVERYDAY:
            yield from ((word, index) for word in _EVERYDAY[term].split(", "))
        if "eoplasm" in term:
            natural = " ".join(reversed(term.split(", ")))
            begin, space, last = natural.rpartition(" ")
            if space and last.lower() in _NEOPLASMS:
                yield f"{begin} {_CANCERS[_NEOPLASMS.index(last.lower())]}", index
