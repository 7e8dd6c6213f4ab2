"""A hand-written file of each format, as its usual program would write it, for tests of damage."""

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tests.importers.zotero_example import small_library

NBIB = """
PMID- 101
OWN - NLM
STAT- MEDLINE
DCOM- 20200102
LR  - 20210304
IS  - 1234-5678 (Electronic)
IS  - 1234-5679 (Linking)
VI  - 12
IP  - 3
DP  - 2019 Dec 7
TI  - Effects of an imagined drug on the invented disease: a trial that never
      was.
PG  - 33-41
LID - 10.1000/imagined.101 [doi]
AB  - BACKGROUND: Nobody has the invented disease. METHODS: We treated 20 people who
      had not got it with nothing. RESULTS: IL-6: no change (P=0.9). CONCLUSIONS:
      Nothing works.
CI  - (c) 2019 The Authors.
FAU - Müller, Änne Jr
AU  - Müller Ä Jr
AUID- ORCID: 0000-0002-1825-0097
AD  - Department of Fiction, University of Nowhere, Nowhere.
AD  - Institute of Examples, Elsewhere.
FAU - van der Berg, Jan Piet
AU  - van der Berg JP
CN  - Imagined Drug Study Group
LA  - eng
PT  - Journal Article
PT  - Randomized Controlled Trial
DEP - 20191205
PL  - Norway
TA  - J Imagined Med
JT  - Journal of imagined medicine
JID - 9999999
RN  - 0 (Imaginary Agents)
RN  - 12345-67-8 (imaginol)
SB  - IM
CIN - J Imagined Med. 2020 Jan;13(1):1-2. PMID: 102
MH  - Adult
MH  - Diabetes Mellitus, Type 2/*drug therapy/genetics
MH  - *Hypoglycemic Agents
OTO - NOTNLM
OT  - *imaginol
OT  - invented disease
COI - None.
EDAT- 2019/12/08 06:00
MHDA- 2020/01/03 06:00
CRDT- 2019/12/08 05:00
PHST- 2019/06/01 00:00 [received]
AID - 10.1000/imagined.101 [doi]
AID - S1234 [pii]
PST - ppublish
SO  - J Imagined Med. 2019 Dec 7;12(3):33-41. doi: 10.1000/imagined.101.

PMID- 102
STAT- Publisher
DP  - 2011 Mar-Apr
TI  - A comment.
CON - J Imagined Med. 2019 Dec 7;12(3):33-41. PMID: 101
SO  - J Imagined Med. 2011 Mar-Apr.
"""

RIS = """TY  - JOUR
AU  - Müller, Änne, Jr.
AU  - van der Berg, Jan P.
A2  - Editor, Eve
T1  - Effects of an imagined drug on the invented disease
JF  - Journal of imagined medicine
J2  - J Imagined Med
Y1  - 2019/12/07/
VL  - 12
IS  - 3
SP  - 33
EP  - 41
SN  - 1234-5678
DO  - https://doi.org/10.1000/imagined.101
AN  - 101
DB  - PubMed
AB  - Nobody has the invented disease.
We treated 20 people who had not got it with nothing.
KW  - *imaginol
KW  - invented disease
UR  - https://example.org/101
L1  - file:///home/user/101.pdf
N1  - A note.
ER  -

TY  - CHAP
AU  - Doe, Jane
TI  - A chapter
T2  - A book
PB  - A publisher
CY  - Nowhere
PY  - 2001
SN  - 978-3-16-148410-0
ER  -
"""

ISI = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muller, A
   van der Berg, JP
AF Muller, Anne
   van der Berg, Jan Piet
TI Effects of an imagined drug on the invented
   disease
SO JOURNAL OF IMAGINED MEDICINE
LA English
DT Article; Early Access
DE imaginol; invented
   disease
ID NOTHING
AB Nobody has the invented disease.
C1 [Muller, Anne; van der Berg, Jan Piet] Univ Nowhere, Dept Fict, Nowhere, Norway.
OI Muller, Anne/0000-0002-1825-0097
CR Doe J, 2001, J IMAG, V1, P1, DOI 10.1000/old.1
   Anon, 1999, THE BOOK
NR 2
TC 7
PU PUBLISHER
SN 1234-5678
EI 1234-5679
J9 J IMAGINED MED
JI J. Imagined Med.
PD DEC
PY 2019
VL 12
IS 3
BP 33
EP 41
DI 10.1000/imagined.101
UT WOS:000000000000001
PM 101
ER

PT B
AU Doe, J
TI A book
BN 978-3-16-148410-0
PY 2001
ER

EF
"""

ENW = """%0 Journal Article
%A Müller, Änne
%A van der Berg, Jan P.
%T Effects of an imagined drug on the invented disease
%J Journal of imagined medicine
%D 2019
%8 Dec 7
%V 12
%N 3
%P 33-41
%@ 1234-5678
%R 10.1000/imagined.101
%M 101
%W PubMed
%K imaginol
invented disease
%X Nobody has the invented disease.
%U https://example.org/101
%G eng

%0 Book
%A Doe, Jane
%T A book
%I A publisher
%C Nowhere
%D 2001
%@ 978-3-16-148410-0
"""

OVID = """
<1>
Score
  *****
Accession Number
  00000001-201912000-00003.
Author
  Müller, Änne MD, PhD *;  van der Berg, Jan P. RN; PhD 1,2
Institution
  (*)Department of Fiction, University of Nowhere
Title
  Effects of an imagined drug on the invented disease.[Article]
Source
  Journal of Imagined Medicine.   12(3):33-41, December 2019.
Abstract
  Nobody has the invented disease.
Author Keywords
  imaginol;  invented disease.
References
  Doe J. 2001. Nothing. J Imag 1: 1-2.

  Roe K. 1999. The book.
Language
  English.
ISSN
  1234-5678
DOI Number
  10.1000/imagined.101
<2>
Score
  ****
Title
  A comment.[Letter]
Source
  Journal of Imagined Medicine.
"""

PUBMED_XML = """<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">101</PMID>
<Article><Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>12</Volume><PubDate><Year>2019</Year>
</PubDate></JournalIssue><Title>Journal of imagined medicine</Title></Journal>
<ArticleTitle>Effects of an <i>imagined</i> drug</ArticleTitle>
<Abstract><AbstractText Label="AIM">Nobody has it &lt; 3.</AbstractText></Abstract>
<AuthorList><Author><LastName>Müller</LastName><ForeName>Änne</ForeName></Author></AuthorList>
</Article><MeshHeadingList><MeshHeading><DescriptorName UI="D000328" MajorTopicYN="N">Adult\
</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>102</PMID><Article><ArticleTitle>A comment.</ArticleTitle>
</Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""

BIBTEX = r"""@string{jim = "Journal of imagined medicine"}
@article{mueller2019,
  author = {M{\"u}ller, {\"A}nne and van der Berg, Jan P.},
  title = {Effects of an {Imagined} drug on $\beta$-cells},
  journal = jim, year = 2019, month = dec, volume = {12}, number = 3, pages = {33--41},
  doi = {10.1000/imagined.101}, pmid = {101}, keywords = {imaginol, invented disease},
  abstract = {Nobody has the invented disease.}, file = {:home/user/101.pdf:PDF}
}

@book{doe2001, author = "Jane Doe", title = "A book", publisher = {A publisher}, year = {2001}}
"""

CSL_JSON = """[
 {"id": "mueller2019", "type": "article-journal", "title": "Effects of an imagined drug",
  "author": [{"family": "Müller", "given": "Änne"}, {"literal": "Study Group"}],
  "container-title": "Journal of imagined medicine", "volume": "12", "issue": 3, "page": "33-41",
  "issued": {"date-parts": [[2019, 12, 7]]}, "DOI": "10.1000/imagined.101", "PMID": "101",
  "abstract": "Nobody has the invented disease."},
 {"id": 2, "type": "book", "title": "A book", "issued": {"raw": "2001"}, "publisher": "P"}
]
"""

EUROPEPMC_JSON = """{"hitCount": 1, "resultList": {"result": [
 {"id": "101", "source": "MED", "pmid": "101", "pmcid": "PMC101", "doi": "10.1000/imagined.101",
  "title": "Effects of an imagined drug", "authorString": "Müller Ä, Doe J.",
  "authorList": {"author": [{"fullName": "Müller Ä", "lastName": "Müller", "initials": "Ä"}]},
  "journalInfo": {"volume": "12", "yearOfPublication": 2019, "journal": {"title": "J Imag"}},
  "abstractText": "<h4>Aim</h4>Nobody has it.", "pubYear": "2019",
  "meshHeadingList": {"meshHeading": [{"majorTopic_YN": "Y", "descriptorName": "Adult"}]}},
 {"id": "102", "source": "MED", "pmid": "102", "title": "A comment."}
]}}
"""

ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<database name="a.enl">a.enl</database><rec-number>1</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author>
<style face="normal">Müller, Änne</style></author></authors></contributors>
<titles><title><style>Effects of an imagined drug</style></title>
<secondary-title>Journal of imagined medicine</secondary-title></titles><pages>33-41</pages>
<volume>12</volume><number>3</number><dates><year>2019</year></dates><isbn>1234-5678</isbn>
<accession-num>101</accession-num><abstract>Nobody has it.</abstract>
<electronic-resource-num>10.1000/imagined.101</electronic-resource-num></record>
<record><ref-type name="Book">6</ref-type><titles><title>A book</title></titles></record>
</records></xml>
"""

JATS = """<article article-type="research-article"><front><journal-meta><journal-title-group>
<journal-title>Journal of imagined medicine</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">101</article-id>
<article-id pub-id-type="doi">10.1000/imagined.101</article-id>
<title-group><article-title>Effects of an <italic>imagined</italic> drug</article-title>
</title-group><contrib-group><contrib contrib-type="author"><name><surname>Müller</surname>
<given-names>Änne</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><day>7</day><month>12</month><year>2019</year></pub-date>
<volume>12</volume><abstract><sec><title>Aim</title><p>Nobody has it.</p></sec></abstract>
</article-meta></front><body><p>Text.</p></body><back><ref-list><ref id="r1"><mixed-citation>Doe J.
<pub-id pub-id-type="pmid">99</pub-id></mixed-citation></ref></ref-list></back></article>
"""

CSV = """Title,Authors,Year,Journal,DOI,PMID,Abstract
"Effects of an imagined drug, again","Müller, Änne; Doe, Jane",2019,J Imag,10.1000/i.101,101,"Nobody
has it."
A comment,Doe J,2011,J Imag,,102,
"""

IDENTIFIERS = """101
PMID: 102
https://doi.org/10.1000/imagined.101
PMC101
"""

PDF = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R
/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 163>>stream
BT /F1 20 Tf 50 700 Td (Effects of an imagined drug on the invented disease) Tj ET
BT /F1 10 Tf 50 670 Td (Jane Doe. J Imag 12:33. doi:10.1000/imagined.101) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/export.ris", RIS)
        archive.writestr("b.nbib", NBIB)
    return packed.getvalue()


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in (("a/export.ris", RIS), ("b.nbib", NBIB)):
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


# By the name of the format (Format.name); a format without one here is told by soak_mutated_files.
def _zotero() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zotero.sqlite"
        small_library(path)
        return path.read_bytes()


BY_FORMAT: dict[str, bytes] = {
    "Zotero": _zotero(),
    "PubMed text (NBIB)": NBIB.encode(),
    "RIS": RIS.encode(),
    "Web of Science text (ISI)": ISI.encode(),
    "EndNote/Refer text": ENW.encode(),
    "Ovid text": OVID.encode(),
    "PubMed XML": PUBMED_XML.encode(),
    "BibTeX": BIBTEX.encode(),
    "CSL-JSON": CSL_JSON.encode(),
    "Europe PMC JSON": EUROPEPMC_JSON.encode(),
    "EndNote XML": ENDNOTE_XML.encode(),
    "JATS": JATS.encode(),
    "Table": CSV.encode(),
    "List of identifiers": IDENTIFIERS.encode(),
    "PDF": PDF.encode(),
    "Zip archive": _zip(),
    "Tar archive": _tar(),
}
