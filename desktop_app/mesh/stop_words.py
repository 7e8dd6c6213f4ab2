"""Words that are a heading or an entry term alone, but seldom mean it in a sentence.

MeSH has "Role" and "Time", "Will" stands for Volition, "Aid" for an insemination. Found by matching
tens of thousands of abstracts and reading what came out, with the entry terms of all concepts too.
The other number of each word is covered; inside longer terms all of them match ("time factors").
"""

_SENTENCE = """
    ability address adjustment aged attention back bear being birth bond can carrying cause date
    drive exhibit expectation face fall falling form future goal hand head hope lead life light like
    minor name nature need outline play respect rest role running self separated separation strike
    table thought touch track trust understanding walker will wind work worker
"""

_RESEARCH = """
    abstract accounting acoustic administration association attitude awareness biological book
    capital center chart checklist code coding color comment community comparison compensation
    confusion consultation consumption contract cost culture database dataset device diagnose
    direction directory disease economic effect efficiency electronic element environment essay
    european evaluation factor feedback film flexibility foundation function generation genetic
    group guideline history hybrid impact incidence index indicator industry instruction
    interview investigator knowledge kinetic letter level library literature logic maintenance map
    measure mediating mediation method metric mission model movement number observation outcome
    overall ownership paper patient perception person personnel phenomic physic pilot policy
    population power prevalence probability procedure process production productivity program
    publication quality questionnaire rate reading record register registry regulation report
    research resource result review risk safety satisfaction scale science semantic sensitivity
    society software solution staining standard statistic strain study subject supervision survey
    syndrome systematic systematics technique test theory thinking time tool treatment trial
    university viewpoint volunteer weight white workflow
"""

_OTHER_SENSE = """
    arm atlas bass bay bed bun cold copyright crown cue cyst fire glass graft herbal hock
    hops horn island joint labyrinth magnetic moon mole nose orphan paste pharmaceutical plastic
    pond pulse retinal scar secretion shock spotting stem sun surface surgical therapeutic tip tree
    turkey
"""

_ACRONYMS = """
    aid aids amp apache arc bun dic eva hard hards imp lan let mars mods mody pca pet prod prost
    said saids sid sine snare tan tens tips who
"""

AMBIGUOUS = frozenset(f"{_SENTENCE} {_RESEARCH} {_OTHER_SENSE} {_ACRONYMS}".split())
