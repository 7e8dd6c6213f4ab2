"""Queries drawn by chance: well-formed ones for the oracle, hostile ones for everybody."""

import random
from collections.abc import Iterator

_TERMS = """
    patients[tiab]|treatment[ti]|randomized[tiab]|randomised[tiab]|trial*[tiab]|hypertens*[ti]
    "blood pressure"[tiab]|blood pressure[ti]|"heart failure"[mh]|Hypertension[mh]|Neoplasms[mh]
    Humans[mh]|Male[mh]|Female[mh]|Adult[mh:noexp]|Neoplasms[mh:noexp]|Neoplasms[majr]
    "Neoplasms/therapy"[mh]|"Hypertension/DT"[mh]|metabolism[sh]|therapy[sh]|Review[pt]
    "Clinical Trial"[pt]|eng[la]|ger[la]|1990:2005[dp]|2010[dp]|smith j[au]|wang y[au]|lee[tw]
    "double blind"[tw]|placebo[all]|cancer[all]|"cell growth"[tiab:~3]|"risk cancer"[tiab:~5]
    aspirin[ot]|Anti-Inflammatory Agents[mh]|"follow-up"[tiab]|children[ab]|dose[ab]|heart attack
    myocardial infarction|hypertension|zzzzq[tiab]|"Mice"[mh]|genetics[sh]|protein*[ti]
"""
_PLAIN = [term.strip() for line in _TERMS.strip().splitlines() for term in line.split("|")]
_HOSTILE = [
    *"()[]{}\"“”'*:#&|^~-+,;/\\<>=!?%$@`",
    *("AND", "OR", "NOT", "and", "or", "not", "NEAR", "MATCH", "()", "[tiab]", "[mh]", "[]", "[x]"),
    *(
        "[dp]",
        "[au]",
        "[majr:noexp]",
        "[tiab:~99999]",
        "[tiab:~-1]",
        "[tiab:~x]",
        "#1",
        "#0",
        "#99",
    ),
    *("cites:1", "cites:x", "citedby:999999999999999999999", "in:nothing", "tag:'; DROP TABLE tag"),
    *("is:starred", "is:x", "has:pdf", "has:", "similar:1", "similar:", "2015:2016[dp]", "a*", "*"),
    *("2015/13[dp]", "0000[dp]", "9999/99/99[dp]", ":[dp]", "abcde*", "a* b*[tiab]", '"a* b"[ti]'),
    *("IL-6", "β-catenin", "p<0.05", "5-HT2A", "COVID-19 (2020)", "\x00", "\ud800", "\ue001humans"),
    *(
        "title:x",
        "{title}",
        "article_fts",
        "x' OR 1=1 --",
        "🫀",
        "心臓",
        "ｈｅａｒｔ",
        "\u202e",
        "é",
    ),
    *(
        "123[pmid]",
        "99999999999999999999[pmid]",
        "10.1/x[doi]",
        "\t",
        "\n",
        "Neoplasms/[mh]",
        "/[mh]",
    ),
]


def random_queries(count: int, seed: int) -> Iterator[str]:
    """Well-formed queries of one to a dozen terms, nested up to three deep."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _group(chance, chance.randint(0, 3))


def hostile_queries(count: int, seed: int) -> Iterator[str]:
    """Scraps of queries in any order, with and without spaces."""
    chance = random.Random(seed)
    for _ in range(count):
        parts = []
        for _ in range(chance.randint(1, 14)):
            part = chance.choice(_HOSTILE if chance.random() < 0.6 else _PLAIN)
            parts.append(part + chance.choice(["", " ", " "]))
        yield "".join(parts)


def _group(chance: random.Random, depth: int) -> str:
    items = []
    for _ in range(chance.randint(1, 4)):
        if depth and chance.random() < 0.5:
            items.append(f"({_group(chance, depth - 1)})")
        else:
            items.append(chance.choice(_PLAIN))
    text = items[0]
    for item in items[1:]:
        text += f" {chance.choice(['AND', 'OR', 'OR', 'NOT'])} {item}"
    return text
