"""Invented PubMed XML with the structure, sizes and word frequencies of a baseline file.

    python tests/benchmarks/synthetic_pubmed.py FILE.xml[.gz] [COUNT] [SEED]

A record takes about 11 KB: 12 headings, 5 authors with affiliations, and 25 references in every
second one (a real sample of the 2019 baseline: 10.6 KB). The same seed and count give the same
file, as long as the MeSH resource, if there is one, stays the same.
"""

import gzip
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO, cast

from desktop_app.errors import UserError
from desktop_app.mesh.vocabulary import load_vocabulary


def _words(text: str) -> list[str]:
    return text.split()


_COMMON = _words(
    """
    the of and in to a with was were for patients that by is on study we results from as cells
    treatment group between after at or cell disease using than data expression these clinical
    protein effects effect significantly associated levels risk compared which analysis
    """
)
_STEMS = _words(
    """
    cardi neur hepat nephr gastr derm oste hemat pulmon gluc lip insulin mitochondri angi immun
    onc path cyt toxic fibr thromb encephal myel retin endocrin bacteri vir parasit
    """
)
_LINKS = ("o", "a", "i", "al", "ic", "in", "on", "er")
_ENDS = _words(
    """
    itis osis emia oma pathy genesis trophic lysis kinase receptor plasty scopy metry cyte blast
    some phage statin mycin cillin azole ide ase gen
    """
)
_NAMES = _words(
    """
    Abara Brenvik Castelo Dunmore Eriksholt Ferrant Gokhale Hirota Ivanescu Jelavic Kimura
    Lindqvist Moreau Nakagawa Okonjo Petrakis Quispe Rahmani Silvestri Tamura Ueland Vasquez
    """
)
_SECTIONS = (
    ("BACKGROUND", "BACKGROUND"),
    ("METHODS", "METHODS"),
    ("RESULTS", "RESULTS"),
    ("CONCLUSIONS", "CONCLUSIONS"),
)
_QUALIFIERS = (
    ("Q000378", "metabolism"),
    ("Q000235", "genetics"),
    ("Q000494", "pharmacology"),
    ("Q000188", "drug therapy"),
    ("Q000628", "therapy"),
)
_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""
_TAIL = "</PubmedArticleSet>\n"


def write_pubmed_xml(path: Path, count: int, seed: int = 1) -> None:
    """Write `count` records, one after the other, gzipped when the name ends in ".gz"."""
    if path.suffix == ".gz":
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as packed:
            _write(cast("IO[str]", packed), count, seed)
    else:
        with open(path, "w", encoding="utf-8", newline="\n") as plain:
            _write(plain, count, seed)


def records(count: int, seed: int = 1) -> Iterator[str]:
    """The `PubmedArticle` elements alone, PMIDs from 30000001."""
    writer = _Writer(seed)
    for number in range(1, count + 1):
        yield writer.record(30_000_000 + number)


def _write(file: IO[str], count: int, seed: int) -> None:
    file.write(_HEAD)
    for record in records(count, seed):
        file.write(record)
    file.write(_TAIL)


def _headings() -> Sequence[tuple[str, str]]:
    """UI and name of every descriptor of the MeSH resource, or of 2,000 invented ones."""
    try:
        mesh = load_vocabulary()
    except (OSError, UserError):
        return [(f"D{90_000 + i:06}", f"Invented Heading {i}") for i in range(2000)]
    found = (mesh.descriptor(index) for index in range(len(mesh)))
    return [(one.ui, one.name.replace("&", "&amp;")) for one in found]


class _Writer:
    """A vocabulary with Zipf's frequencies and the records made of it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        invented = [stem + link + end for stem in _STEMS for link in _LINKS for end in _ENDS]
        self._random.shuffle(invented)
        self._words = [*_COMMON, *invented]
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self._words))))
        self._headings = _headings()
        self._heading_weights = list(accumulate(1 / (r + 50) for r in range(len(self._headings))))

    def record(self, pmid: int) -> str:
        year, month, day = (self._number(1975, 2024), self._number(1, 12), self._number(1, 28))
        date = f"<Year>{year}</Year>\n<Month>{month:02}</Month>\n<Day>{day:02}</Day>"
        doi = f"10.5555/litmesh.{pmid}"
        return f"""<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
<PMID Version="1">{pmid}</PMID>
<DateCompleted>{date}</DateCompleted>
<DateRevised>{date}</DateRevised>
<Article PubModel="Print-Electronic">
{self._journal(year)}
<ArticleTitle>{self._title(self._number(8, 18))}</ArticleTitle>
<Pagination>
<StartPage>{pmid % 900}</StartPage>
<EndPage>{pmid % 900 + 9}</EndPage>
<MedlinePgn>{pmid % 900}-{pmid % 900 + 9}</MedlinePgn>
</Pagination>
<ELocationID EIdType="doi" ValidYN="Y">{doi}</ELocationID>
{self._abstract()}
<AuthorList CompleteYN="Y">
{self._join(self._number(2, 8), self._author)}
</AuthorList>
<Language>eng</Language>
<PublicationTypeList>
<PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D013485">Research Support, Non-U.S. Gov't</PublicationType>
</PublicationTypeList>
<ArticleDate DateType="Electronic">{date}</ArticleDate>
</Article>
<MedlineJournalInfo>
<Country>England</Country>
<MedlineTA>J Invent Med</MedlineTA>
<NlmUniqueID>0000001</NlmUniqueID>
<ISSNLinking>0000-0019</ISSNLinking>
</MedlineJournalInfo>
<ChemicalList>
{self._join(3, self._chemical)}
</ChemicalList>
<CitationSubset>IM</CitationSubset>
<MeshHeadingList>
{self._join(self._number(8, 16), self._heading)}
</MeshHeadingList>
<KeywordList Owner="NOTNLM">
{self._join(4, self._keyword)}
</KeywordList>
</MedlineCitation>
<PubmedData>
<History>
{self._history(date)}
</History>
<PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList>
<ArticleId IdType="pubmed">{pmid}</ArticleId>
<ArticleId IdType="doi">{doi}</ArticleId>
</ArticleIdList>
{self._references(pmid)}
</PubmedData>
</PubmedArticle>
"""

    def _journal(self, year: int) -> str:
        return f"""<Journal>
<ISSN IssnType="Electronic">0000-0027</ISSN>
<JournalIssue CitedMedium="Internet">
<Volume>{year - 1950}</Volume>
<Issue>{self._number(1, 12)}</Issue>
<PubDate>
<Year>{year}</Year>
<Month>{self._random.choice(("Jan", "Mar", "Jun", "Sep", "Dec"))}</Month>
</PubDate>
</JournalIssue>
<Title>Journal of invented medicine</Title>
<ISOAbbreviation>J Invent Med</ISOAbbreviation>
</Journal>"""

    def _abstract(self) -> str:
        parts = "\n".join(
            f'<AbstractText Label="{label}" NlmCategory="{category}">{self._text(34)} '
            f"(<i>p</i> &lt; 0.05).</AbstractText>"
            for label, category in _SECTIONS
        )
        return f"<Abstract>\n{parts}\n</Abstract>"

    def _author(self) -> str:
        orcid = f"0000-0002-{self._number(1000, 9999)}-{self._number(1000, 9999)}"
        if self._yes(0.5) == "Y":
            identifier = f'<Identifier Source="ORCID">{orcid}</Identifier>\n'
        else:
            identifier = ""
        return f"""<Author ValidYN="Y">
<LastName>{self._name()}</LastName>
<ForeName>{self._name()} {self._random.choice("ABCDEFGH")}</ForeName>
<Initials>{self._random.choice("ABCDEFGH")}</Initials>
{identifier}<AffiliationInfo>
<Affiliation>Department of {self._title(2)}, University of {self._name()}, Norway.</Affiliation>
</AffiliationInfo>
</Author>"""

    def _heading(self) -> str:
        drawn = self._random.choices(self._headings, cum_weights=self._heading_weights)
        ui, name = drawn[0]
        lines = [
            f'<DescriptorName UI="{ui}" MajorTopicYN="{self._yes(0.2)}">{name}</DescriptorName>'
        ]
        for qualifier_ui, qualifier in self._random.sample(_QUALIFIERS, self._number(0, 2)):
            major = self._yes(0.3)
            lines.append(
                f'<QualifierName UI="{qualifier_ui}" MajorTopicYN="{major}">{qualifier}'
                "</QualifierName>"
            )
        inside = "\n".join(lines)
        return f"<MeshHeading>\n{inside}\n</MeshHeading>"

    def _chemical(self) -> str:
        name = self._title(1)
        return f"""<Chemical>
<RegistryNumber>0</RegistryNumber>
<NameOfSubstance UI="C{self._number(100_000, 999_999)}">{name}</NameOfSubstance>
</Chemical>"""

    def _keyword(self) -> str:
        return f'<Keyword MajorTopicYN="N">{self._text(2)}</Keyword>'

    def _history(self, date: str) -> str:
        return "\n".join(
            f'<PubMedPubDate PubStatus="{kind}">\n{date}\n</PubMedPubDate>'
            for kind in ("received", "accepted", "entrez", "pubmed", "medline")
        )

    def _references(self, pmid: int) -> str:
        """Half of the records have a list, as in the baseline."""
        if self._yes(0.5) == "N":
            return ""
        items = self._join(self._number(10, 40), lambda: self._reference(pmid))
        return f"<ReferenceList>\n{items}\n</ReferenceList>"

    def _reference(self, pmid: int) -> str:
        return f"""<Reference>
<Citation>{self._name()} A, {self._name()} B. {self._title(5)} J Invent Med. 2001;12:3-9.</Citation>
<ArticleIdList>
<ArticleId IdType="pubmed">{max(1, pmid - self._number(1, 5000))}</ArticleId>
</ArticleIdList>
</Reference>"""

    def _join(self, count: int, make: Callable[[], str]) -> str:
        return "\n".join(make() for _ in range(count))

    def _text(self, count: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))

    def _title(self, count: int) -> str:
        return self._text(count).capitalize() + "."

    def _name(self) -> str:
        return self._random.choice(_NAMES)

    def _number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def _yes(self, share: float) -> str:
        return "Y" if self._random.random() < share else "N"


if __name__ == "__main__":
    _arguments = sys.argv[1:] + ["1000", "1"][max(0, len(sys.argv) - 2) :]
    write_pubmed_xml(Path(_arguments[0]), int(_arguments[1]), int(_arguments[2]))
