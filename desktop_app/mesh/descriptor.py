"""One heading of the vocabulary, as the National Library of Medicine (NLM) publishes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor (`DescriptorRecord` of desc20XX.xml, `RECTYPE = D` of dYYYY.bin).

    `tree_numbers` are its places in the tree, sorted; none for Male and Female.
    `entry_terms` are its synonyms, plurals and permuted forms, without the name itself.
    """

    ui: str
    name: str
    tree_numbers: tuple[str, ...]
    entry_terms: tuple[str, ...]
