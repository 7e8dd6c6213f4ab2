"""Every field of a PubMed record, and every oddity met in real files, from hand-written XML."""

import gzip
from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, read_file
from desktop_app.records import (
    Article,
    Author,
    Deletion,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    Problem,
    PublicationType,
    Qualifier,
    Reference,
    Relation,
    Section,
    Substance,
)

DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)

WHOLE = """<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM">
  <PMID Version="1">101</PMID>
  <DateCompleted><Year>2020</Year><Month>08</Month><Day>18</Day></DateCompleted>
  <DateRevised><Year>2021</Year><Month>1</Month></DateRevised>
  <Article PubModel="Print">
    <Journal>
      <ISSN IssnType="Print">1111-1111</ISSN>
      <JournalIssue CitedMedium="Print"><Volume>7</Volume><Issue>Suppl 2</Issue>
        <PubDate><Year>2019</Year><Month>Sep</Month><Day>4</Day></PubDate></JournalIssue>
      <Title>The Journal &amp; Co</Title><ISOAbbreviation>J. Co</ISOAbbreviation>
    </Journal>
    <ArticleTitle>Effect of H<sub>2</sub>O on <i>E. coli</i>
       and <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi></mml:math>.
    </ArticleTitle>
    <Pagination><StartPage>11</StartPage><EndPage>19</EndPage><MedlinePgn>11-9</MedlinePgn>
    </Pagination>
    <ELocationID EIdType="doi" ValidYN="Y">10.1000/ABC</ELocationID>
    <ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
    <Abstract>
      <AbstractText Label="AIM" NlmCategory="OBJECTIVE">To see.</AbstractText>
      <AbstractText Label="EMPTY"></AbstractText>
      <AbstractText>It was <b>seen</b>.</AbstractText>
      <CopyrightInformation>© Someone</CopyrightInformation>
    </Abstract>
    <AuthorList CompleteYN="Y">
      <Author ValidYN="Y"><LastName>Ås</LastName><ForeName>Kari B</ForeName>
        <Initials>KB</Initials><Suffix>Jr</Suffix>
        <Identifier Source="ORCID">http://orcid.org/0000-0002-1825-0097</Identifier>
        <AffiliationInfo><Affiliation>Oslo.</Affiliation>
          <Identifier Source="ISNI">0000000121581746</Identifier></AffiliationInfo>
        <AffiliationInfo><Affiliation>Bergen.</Affiliation></AffiliationInfo></Author>
      <Author ValidYN="N"><LastName>Aas</LastName></Author>
      <Author><CollectiveName>The <i>Trial</i> Group</CollectiveName></Author>
    </AuthorList>
    <Language>nor</Language><Language>eng</Language>
    <PublicationTypeList>
      <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
    </PublicationTypeList>
    <VernacularTitle>Virkning av vann.</VernacularTitle>
    <ArticleDate DateType="Electronic"><Year>2019</Year><Month>07</Month><Day>01</Day></ArticleDate>
  </Article>
  <MedlineJournalInfo><Country>Norway</Country><MedlineTA>J Co</MedlineTA>
    <NlmUniqueID>0410462</NlmUniqueID><ISSNLinking>2222-2222</ISSNLinking></MedlineJournalInfo>
  <ChemicalList>
    <Chemical><RegistryNumber>059QF0KO0R</RegistryNumber>
      <NameOfSubstance UI="D014867">Water</NameOfSubstance></Chemical>
    <Chemical><RegistryNumber>0</RegistryNumber>
      <NameOfSubstance UI="C1">Thing</NameOfSubstance></Chemical>
  </ChemicalList>
  <SupplMeshList><SupplMeshName Type="Disease" UI="C535">Syndrome</SupplMeshName></SupplMeshList>
  <CommentsCorrectionsList>
    <CommentsCorrections RefType="ErratumIn"><RefSource>J Co. 2020</RefSource>
      <PMID Version="1">202</PMID><Note>typo</Note></CommentsCorrections>
  </CommentsCorrectionsList>
  <MeshHeadingList>
    <MeshHeading><DescriptorName UI="D004926" MajorTopicYN="N">Escherichia coli</DescriptorName>
      <QualifierName UI="Q000378" MajorTopicYN="Y">metabolism</QualifierName>
      <QualifierName UI="Q000235" MajorTopicYN="N">genetics</QualifierName></MeshHeading>
    <MeshHeading><DescriptorName UI="D014867" MajorTopicYN="Y">Water</DescriptorName></MeshHeading>
  </MeshHeadingList>
  <OtherID Source="NLM">NIHMS1</OtherID>
  <OtherAbstract Type="Publisher" Language="nor"><AbstractText>På norsk.</AbstractText>
    <AbstractText Label="MÅL">Se.</AbstractText></OtherAbstract>
  <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">wet</Keyword></KeywordList>
  <KeywordList Owner="NASA"><Keyword MajorTopicYN="N">space</Keyword></KeywordList>
</MedlineCitation>
<PubmedData>
  <History><PubMedPubDate PubStatus="received">
    <Year>2018</Year><Month>12</Month><Day>31</Day><Hour>6</Hour></PubMedPubDate></History>
  <ArticleIdList><ArticleId IdType="pubmed">101</ArticleId>
    <ArticleId IdType="doi">https://doi.org/10.1000/abc</ArticleId>
    <ArticleId IdType="pmc">PMC55</ArticleId><ArticleId IdType="pii">S1</ArticleId></ArticleIdList>
  <ReferenceList><Title>References</Title>
    <Reference><Citation>One <i>et al</i>.</Citation><ArticleIdList>
      <ArticleId IdType="pubmed">303</ArticleId><ArticleId IdType="doi">10.9/Z</ArticleId>
      <ArticleId IdType="pmc">66</ArticleId></ArticleIdList></Reference>
    <ReferenceList><Title>More</Title>
      <Reference><Citation>Two.</Citation></Reference></ReferenceList>
  </ReferenceList>
</PubmedData></PubmedArticle>"""

EXPECTED = Article(
    title="Effect of H2O on E. coli and x.",
    pmid=101,
    pmcid="PMC55",
    doi="10.1000/abc",
    vernacular_title="Virkning av vann.",
    sections=(Section("To see.", "AIM", "OBJECTIVE"), Section("It was seen.")),
    other_abstracts=(
        Section("På norsk.", "Publisher, nor"),
        Section("Se.", "Publisher, nor: MÅL"),
    ),
    abstract_copyright="© Someone",
    authors=(
        Author("Ås", "Kari B", "KB", "Jr", "", "0000-0002-1825-0097", ("Oslo.", "Bergen.")),
        Author(collective="The Trial Group"),
    ),
    journal=Journal("The Journal & Co", "J Co", "2222-2222", "0410462", "Norway"),
    date=PartialDate(2019, 9, 4),
    volume="7",
    issue="Suppl 2",
    pages="11-9",
    languages=("nor", "eng"),
    publication_types=(PublicationType("Randomized Controlled Trial", "D016449"),),
    headings=(
        Heading(
            "D004926",
            "Escherichia coli",
            False,
            (Qualifier("Q000378", "metabolism", True), Qualifier("Q000235", "genetics")),
        ),
        Heading("D014867", "Water", True),
    ),
    keywords=(Keyword("wet", True, "NOTNLM"), Keyword("space", False, "NASA")),
    substances=(
        Substance("D014867", "Water", "059QF0KO0R"),
        Substance("C1", "Thing"),
        Substance("C535", "Syndrome", kind="Disease"),
    ),
    references=(Reference("One et al.", 303, "10.9/z", "PMC66"), Reference("Two.")),
    relations=(Relation("ErratumIn", "J Co. 2020", 202, "typo"),),
    identifiers=(Identifier("pii", "S1"), Identifier("NLM", "NIHMS1")),
    milestones=(
        Milestone("completed", PartialDate(2020, 8, 18)),
        Milestone("record-revised", PartialDate(2021, 1)),
        Milestone("electronic", PartialDate(2019, 7, 1)),
        Milestone("received", PartialDate(2018, 12, 31)),
    ),
    status="MEDLINE",
)


def entries(folder: Path, content: str | bytes) -> list[Entry]:
    path = folder / "file.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(path))


def wrapped(*records: str) -> str:
    return f"{DOCTYPE}<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


def citation(inside: str, pmid: int = 1) -> str:
    """A record with nothing but a PMID and what is given within MedlineCitation."""
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID>{inside}</MedlineCitation>"
        "</PubmedArticle>"
    )


def article(inside: str) -> str:
    return citation(f"<Article>{inside}</Article>")


def only(folder: Path, content: str) -> Article:
    """The one article of a file in which nothing is wrong."""
    (entry,) = entries(folder, content)
    assert isinstance(entry, Article)
    return entry


def test_every_field_of_a_record_is_kept(tmp_path: Path) -> None:
    assert only(tmp_path, wrapped(WHOLE)) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        WHOLE,
        f"<?xml version='1.0'?><RAW_DATA>{WHOLE}</RAW_DATA>",
        f"\ufeff<!-- by hand --><?x y?>{wrapped(WHOLE)}",
        wrapped(WHOLE).replace("<PubmedArticleSet>", '<PubmedArticleSet xmlns="urn:n">'),
    ],
    ids=["bare record", "other root", "byte order mark and comment", "default namespace"],
)
def test_the_same_record_in_other_wrappings_is_the_same(tmp_path: Path, content: str) -> None:
    assert only(tmp_path, content) == EXPECTED


def test_a_prefixed_vocabulary_is_understood(tmp_path: Path) -> None:
    content = (
        '<p:PubmedArticleSet xmlns:p="urn:p"><p:PubmedArticle><p:MedlineCitation><p:PMID>7</p:PMID>'
        "</p:MedlineCitation></p:PubmedArticle></p:PubmedArticleSet>"
    )
    assert only(tmp_path, content).pmid == 7


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_encodings_are_understood(tmp_path: Path, encoding: str) -> None:
    record = citation("<Article><ArticleTitle>Fluß</ArticleTitle></Article>")
    content = f'<?xml version="1.0" encoding="{encoding}"?>{wrapped(record)}'
    (entry,) = entries(tmp_path, content.encode(encoding))
    assert isinstance(entry, Article)
    assert entry.title == "Fluß"


def test_medline_files_of_before_2009(tmp_path: Path) -> None:
    content = """<MedlineCitationSet><MedlineCitation Status="Completed"><PMID>5</PMID>
    <DateCreated><Year>1999</Year></DateCreated>
    <Article><ArticleTitle>Old.</ArticleTitle><Affiliation>Rome.</Affiliation>
    <AuthorList><Author><LastName>Neri</LastName><FirstName>Ada</FirstName></Author></AuthorList>
    </Article><MeshHeadingList><MeshHeading><Descriptor MajorTopicYN="Y">Aged</Descriptor>
    <SubHeading>drug therapy</SubHeading></MeshHeading></MeshHeadingList>
    <CommentsCorrections><CommentIn><RefSource>X</RefSource><PMID>6</PMID></CommentIn>
    </CommentsCorrections></MedlineCitation>
    <DeleteCitation><PMID>8</PMID></DeleteCitation></MedlineCitationSet>"""
    first, second = entries(tmp_path, content)
    assert first == Article(
        "Old.",
        5,
        authors=(Author("Neri", "Ada", affiliations=("Rome.",)),),
        headings=(Heading("", "Aged", True, (Qualifier("", "drug therapy"),)),),
        relations=(Relation("CommentIn", "X", 6),),
        milestones=(Milestone("created", PartialDate(1999)),),
        status="Completed",
    )
    assert second == Deletion(8)


def test_deletions_come_in_their_place(tmp_path: Path) -> None:
    deleted = (
        "<DeleteCitation><PMID Version='1'>8</PMID><PMID>x</PMID><PMID>9</PMID></DeleteCitation>"
    )
    first, second, third, fourth = entries(tmp_path, wrapped(citation(""), deleted))
    assert isinstance(first, Article)
    assert (second, fourth) == (Deletion(8), Deletion(9))
    assert isinstance(third, Problem)
    assert "record 2" in third.place


BOOK = """<PubmedBookArticle><BookDocument><PMID>77</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>P</PublisherName></Publisher>
<BookTitle book="g">Gene<sup>R</sup></BookTitle>
<PubDate><Year>1993</Year></PubDate>
<AuthorList Type="editors"><Author><LastName>Ed</LastName></Author></AuthorList>
<Isbn>978</Isbn></Book>{chapter}<Language>eng</Language>
<PublicationType UI="D016454">Review</PublicationType>
<Abstract><AbstractText Label="A">Text.</AbstractText></Abstract>
<Sections><Section><SectionTitle>No field</SectionTitle></Section></Sections>
<ContributionDate><Year>2001</Year></ContributionDate>
<ReferenceList><Reference><Citation>R.</Citation></Reference></ReferenceList>
</BookDocument><PubmedBookData><ArticleIdList><ArticleId IdType="pubmed">77</ArticleId>
</ArticleIdList></PubmedBookData></PubmedBookArticle>"""


def test_a_chapter_of_a_book(tmp_path: Path) -> None:
    chapter = """<ArticleTitle>Chapter</ArticleTitle><AuthorList Type="authors">
    <Author><LastName>Au</LastName></Author></AuthorList>"""
    assert only(tmp_path, wrapped(BOOK.format(chapter=chapter))) == Article(
        "Chapter",
        77,
        sections=(Section("Text.", "A"),),
        authors=(Author("Au"),),
        journal=Journal("GeneR"),
        date=PartialDate(1993),
        languages=("eng",),
        publication_types=(PublicationType("Review", "D016454"),),
        references=(Reference("R."),),
        identifiers=(Identifier("bookaccession", "NBK1"), Identifier("isbn", "978")),
        milestones=(Milestone("contributed", PartialDate(2001)),),
        kind="book",
    )


def test_a_whole_book_has_its_own_title_and_its_editors(tmp_path: Path) -> None:
    book = only(tmp_path, wrapped(BOOK.format(chapter="")))
    assert (book.title, book.authors) == ("GeneR", (Author("Ed"),))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<Year>2001</Year>", PartialDate(2001)),
        ("<Year>2001</Year><Month>12</Month>", PartialDate(2001, 12)),
        ("<Year>2001</Year><Month>June</Month><Day>30</Day>", PartialDate(2001, 6, 30)),
        ("<Year>2001</Year><Month>Jan-Feb</Month>", PartialDate(2001, 1)),
        ("<Year>2001</Year><Month>13</Month><Day>32</Day>", PartialDate(2001)),
        ("<Year>2001</Year><Season>Winter</Season>", PartialDate(2001, 0, 0, "Winter")),
        (
            "<MedlineDate>1998 Dec-1999 Jan</MedlineDate>",
            PartialDate(1998, 12, 0, "1998 Dec-1999 Jan"),
        ),
        ("<MedlineDate>Spring 2000</MedlineDate>", PartialDate(2000, 0, 0, "Spring 2000")),
        ("<MedlineDate>1944-1945</MedlineDate>", PartialDate(1944, 0, 0, "1944-1945")),
        (
            "<Year>19x8</Year><MedlineDate>about 1998</MedlineDate>",
            PartialDate(1998, 0, 0, "about 1998"),
        ),
        ("<Year>19x8</Year>", None),
        ("<Year>²⁰⁰¹</Year>", None),
        ("<MedlineDate>unknown</MedlineDate>", None),
        ("", None),
    ],
)
def test_publication_dates(tmp_path: Path, inside: str, expected: PartialDate | None) -> None:
    journal = f"<Journal><JournalIssue><PubDate>{inside}</PubDate></JournalIssue></Journal>"
    assert only(tmp_path, wrapped(article(journal))).date == expected


def test_an_unreadable_publication_date_gives_way_to_the_electronic_one(tmp_path: Path) -> None:
    record = article(
        "<Journal><JournalIssue><PubDate><Year>?</Year></PubDate></JournalIssue></Journal>"
        "<ArticleDate DateType='Electronic'><Year>2011</Year></ArticleDate>"
    )
    assert only(tmp_path, wrapped(record)).date == PartialDate(2011)


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("000000021825009x", "0000-0002-1825-009X"),
        ("https://orcid.org/0000-0002-1825-0097/", "0000-0002-1825-0097"),
        (" orcid.org/0000 0002 1825 0097", "0000-0002-1825-0097"),
        ("0000-0002-1825", ""),
        ("000X-0002-1825-0097", ""),
    ],
)
def test_orcid_spellings(tmp_path: Path, spelling: str, expected: str) -> None:
    author = f"<LastName>A</LastName><Identifier Source='ORCID'>{spelling}</Identifier>"
    record = article(f"<AuthorList><Author>{author}</Author></AuthorList>")
    assert only(tmp_path, wrapped(record)).authors == (Author("A", orcid=expected),)


@pytest.mark.parametrize(
    ("location", "listed", "expected"),
    [
        ("<ELocationID EIdType='doi' ValidYN='Y'>10.1/L</ELocationID>", "", "10.1/l"),
        ("<ELocationID EIdType='doi' ValidYN='N'>10.1/L</ELocationID>", "", ""),
        ("<ELocationID EIdType='doi'>10.1/L</ELocationID>", "10.1/M", "10.1/m"),
        ("", "doi: 10.1/M", "10.1/m"),
        ("", "http://dx.doi.org/10.1/M", "10.1/m"),
        ("", "none", ""),
    ],
)
def test_doi_choice(tmp_path: Path, location: str, listed: str, expected: str) -> None:
    record = f"""<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>{location}</Article>
    </MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">{listed}</ArticleId>
    </ArticleIdList></PubmedData></PubmedArticle>"""
    assert only(tmp_path, wrapped(record)).doi == expected


def test_identifiers_of_references_are_not_those_of_the_article(tmp_path: Path) -> None:
    record = """<PubmedArticle><MedlineCitation><Article><ArticleTitle>T</ArticleTitle></Article>
    </MedlineCitation><PubmedData><ReferenceList><Reference><ArticleIdList>
    <ArticleId IdType="pubmed">9</ArticleId><ArticleId IdType="doi">10.1/x</ArticleId>
    <ArticleId IdType="pmc">PMC3</ArticleId></ArticleIdList></Reference></ReferenceList>
    </PubmedData></PubmedArticle>"""
    read = only(tmp_path, wrapped(record))
    assert (read.pmid, read.doi, read.pmcid, read.identifiers) == (None, "", "", ())
    assert read.references == (Reference("", 9, "10.1/x", "PMC3"),)


@pytest.mark.parametrize(
    ("pagination", "expected"),
    [
        ("<MedlinePgn>e12</MedlinePgn>", "e12"),
        ("<StartPage>1</StartPage><EndPage>9</EndPage>", "1-9"),
        ("<StartPage>1</StartPage>", "1"),
        ("<MedlinePgn/>", ""),
    ],
)
def test_pages(tmp_path: Path, pagination: str, expected: str) -> None:
    record = article(f"<Pagination>{pagination}</Pagination>")
    assert only(tmp_path, wrapped(record)).pages == expected


def test_a_record_with_a_pmid_alone_is_kept(tmp_path: Path) -> None:
    assert only(tmp_path, wrapped(citation("", 3))) == Article("", 3)


def test_a_record_with_a_title_alone_is_kept(tmp_path: Path) -> None:
    record = article("<ArticleTitle>T</ArticleTitle>").replace("<PMID>1</PMID>", "<PMID>?</PMID>")
    assert only(tmp_path, wrapped(record)) == Article("T")


def test_a_record_with_neither_is_a_problem_and_the_next_is_read(tmp_path: Path) -> None:
    nothing = "<PubmedArticle><MedlineCitation/></PubmedArticle>"
    problem, read = entries(tmp_path, wrapped(nothing, citation("", 4)))
    assert isinstance(problem, Problem)
    assert "record 1" in problem.place
    assert read == Article("", 4)


def test_comments_and_unusual_blanks_in_texts(tmp_path: Path) -> None:
    title = "A<!-- not text -->B<?no text?>  C\n\td\u00a0e\u2009f <![CDATA[<g>]]> &#946; &lt;"
    record = article(f"<ArticleTitle>{title}</ArticleTitle>")
    assert only(tmp_path, wrapped(record)).title == "AB C d e f <g> β <"


def test_gzip_in_two_members_with_padding(tmp_path: Path) -> None:
    text = wrapped(WHOLE).encode()
    content = gzip.compress(text[:900]) + gzip.compress(text[900:]) + b"\0" * 512
    assert entries(tmp_path, content) == [EXPECTED]
