"""Small files of each structured format, two records each, written for the tests."""

BIBTEX = """@string{jt = "Journal of Tests"}

@article{muller_2019,
  title = {Effect of {TNF}-$\\alpha$ on \\textit{Mus}},
  author = {M{\\"u}ller, J. and Smith, Ann B.},
  journal = jt, year = {2019}, month = aug, pages = {1--9},
  keywords = {mice, cells}, doi = {10.1000/abc},
  file = {:a.pdf:PDF}
}

@book{doe_2001,
  title = "A book of things",
  author = {Doe, John},
  crossref = {muller_2019},
  year = 2001
}
"""

ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records>
<record><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Müller, J.</style></author></authors>
</contributors><titles><title><style face="normal">Effect of </style><style face="italic">x</style>
</title><secondary-title>Journal</secondary-title></titles><dates><year>2019</year></dates>
<isbn>1234-5678</isbn><electronic-resource-num>10.1000/abc</electronic-resource-num></record>
<record><ref-type name="Book">6</ref-type><titles><title>A book of things</title></titles>
<keywords><keyword>One, two</keyword></keywords></record>
</records></xml>
"""

JATS = """<?xml version="1.0"?>
<pmc-articleset><article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="review">
<front><journal-meta><journal-id journal-id-type="nlm-ta">J Test</journal-id>
<journal-title-group><journal-title>Journal of Tests</journal-title></journal-title-group>
<issn pub-type="ppub">1234-5678</issn></journal-meta>
<article-meta><article-id pub-id-type="pmid">123456</article-id>
<article-id pub-id-type="doi">10.1000/ABC</article-id>
<title-group><article-title>Effect of <italic>x</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><contrib-id contrib-id-type="orcid">\
https://orcid.org/0000-0002-1825-0097</contrib-id><name><surname>Müller</surname>
<given-names>Jan P</given-names></name><xref ref-type="aff" rid="a1"/></contrib></contrib-group>
<aff id="a1"><label>1</label>Institute, Town</aff>
<pub-date pub-type="epub"><day>2</day><month>3</month><year>2019</year></pub-date>
<abstract><sec><title>Aims:</title><p>To test.</p></sec><sec><title>Methods</title><p>One.</p>
<p>Two.</p></sec></abstract><kwd-group><kwd>mice</kwd></kwd-group></article-meta></front>
<body><sec><p>The full text.</p></sec></body>
<back><ref-list><ref id="r1"><element-citation><name><surname>Doe</surname>
<given-names>J</given-names></name><article-title>Things</article-title><source>J</source><year>2001</year>
<pub-id pub-id-type="pmid">99</pub-id></element-citation></ref>
<ref id="r2"><mixed-citation>Roe A. More.
<pub-id pub-id-type="doi">10.1000/d</pub-id></mixed-citation></ref></ref-list></back></article>
<article><front><article-meta><title-group><article-title>A second article</article-title>
</title-group></article-meta></front></article></pmc-articleset>
"""

EUROPEPMC = """{"version": "6.9", "hitCount": 2, "resultList": {"result": [
{"id": "123456", "source": "MED", "pmid": "123456", "pmcid": "PMC99", "doi": "10.1000/ABC",
 "title": "Effect of <i>x</i> &amp; y.", "authorString": "Müller JP, Doe J.",
 "authorList": {"author": [{"fullName": "Müller JP", "firstName": "Jan P", "lastName": "Müller",
  "initials": "JP", "authorId": {"type": "ORCID", "value": "0000-0002-1825-0097"},
  "authorAffiliationDetailsList": {"authorAffiliation": [{"affiliation": "Institute."}]}},
  {"collectiveName": "The Group"}]},
 "journalInfo": {"issue": "3", "volume": "12", "yearOfPublication": 2019, "monthOfPublication": 8,
  "dateOfPublication": "2019 Aug", "journal": {"title": "Journal of Tests", "nlmid": "101",
  "medlineAbbreviation": "J Test", "issn": "1234-5678"}}, "pubYear": "2019", "pageInfo": "1-9",
 "abstractText": "<h4>Background</h4>Old. <h4>Methods</h4>New, p<0.05.", "language": "eng",
 "meshHeadingList": {"meshHeading": [{"majorTopic_YN": "N", "descriptorName": "Mice",
  "meshQualifierList": {"meshQualifier": [{"abbreviation": "GE", "qualifierName": "genetics",
  "majorTopic_YN": "Y"}]}}]}, "citedByCount": 4},
{"id": "PPR1", "source": "PPR", "doi": "10.1101/1", "title": "A preprint of things",
 "authorString": "Doe J.", "pubYear": "2020"}
]}}
"""

CSL_JSON = """[
  {"id": "muller2019", "type": "article-journal", "title": "Effect of <i>x</i>",
   "author": [{"family": "Müller", "given": "Jan P."}, {"literal": "The Group"},
              {"family": "Berg", "given": "A", "non-dropping-particle": "van der"}],
   "container-title": "Journal of Tests", "volume": 12, "page": "1-9", "DOI": "10.1000/ABC",
   "issued": {"date-parts": [["2019", 8, 2]]}, "ISSN": "1234-5678", "custom": {"a": [1]}},
  {"id": 2, "type": "book", "title": "A book of things", "issued": {"raw": "May 2001"},
   "editor": [{"family": "Doe", "given": "John"}]}
]
"""

TABLE = """Title,Authors,Publication Year,Abstract,DOI,label_included,Extra column
"Effect of x, and y","Müller, J.; Smith, A.",2019,"Line one
line two",10.1000/abc,1,kept
A table of things,Doe J,2001,,,0,
"""

IDS = "PMID\n21251279\n25431779\n"

BY_FORMAT = {
    "BibTeX": BIBTEX,
    "EndNote XML": ENDNOTE_XML,
    "JATS": JATS,
    "Europe PMC JSON": EUROPEPMC,
    "CSL-JSON": CSL_JSON,
    "Table": TABLE,
    "List of identifiers": IDS,
}
