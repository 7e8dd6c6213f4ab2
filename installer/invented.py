"""Files for the checks, written by ourselves: records of invented studies and a PDF of one line."""

from pathlib import Path

SUBJECTS = (
    ("Mitochondria", "Insulin Resistance", "muscle cells burn sugar slowly"),
    ("Asthma", "Inflammation", "airways narrow after cold air"),
    ("Heart Failure", "Hypertension", "the ventricle pumps against high pressure"),
    ("Depression", "Anxiety", "mood sinks when sleep is short"),
    ("Stroke", "Thrombosis", "a clot stops blood in the brain"),
    ("Malaria", "Anemia", "parasites enter red cells"),
    ("Osteoporosis", "Fractures, Bone", "bones lose density with age"),
    ("Epilepsy", "Seizures", "neurons fire together without cause"),
    ("Psoriasis", "Itch", "skin renews itself too fast"),
    ("Glaucoma", "Blindness", "pressure in the eye harms the nerve"),
    ("Obesity", "Leptin", "fat tissue says that it is full"),
    ("Hepatitis B", "Liver Cirrhosis", "the liver scars after years of infection"),
    ("Tuberculosis", "Cough", "bacteria hide in the lung"),
    ("Schizophrenia", "Dopamine", "a messenger in the brain is too active"),
)
# Fewer would be in more than a tenth of the articles each: too common to ask for in a training.
MANY = 400  # the readiness check of a training wants 300 with abstract and headings


def write_records(target: Path, count: int = MANY) -> Path:
    """Write `count` records in PubMed's NBIB format; their texts differ, their subjects repeat."""
    target.write_text("\n".join(_record(number) for number in range(1, count + 1)), "utf-8")
    return target


def _record(number: int) -> str:
    first, second, finding = SUBJECTS[number % len(SUBJECTS)]
    group = 20 + number % 7 * 11
    lines = [
        f"PMID- {90_000_000 + number}",
        "OWN - NLM",
        f"DP  - {1990 + number % 35}",
        f"TI  - {first} and {second.lower()} in invented group {number}.",
        f"AB  - In study {number} of {group} invented patients {finding}. Those of {first.lower()}",
        f"      group {number} were measured after {2 + number % 9} weeks and {second.lower()} was",
        "      found more often than expected.",
        "LA  - eng",
        "PT  - Journal Article",
        f"JT  - Journal of invented results {number % 5}",
        f"MH  - {first}",
        f"MH  - *{second}",
        "MH  - Humans",
    ]
    return "\n".join([*lines, ""])


def write_pdf(target: Path) -> Path:
    """Write a PDF with one line of text."""
    text = b"BT /F 14 Tf 9 50 Td (Insulin resistance in invented mice) Tj ET"
    target.write_bytes(
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 99]/Contents 4 0 R/Resources"
        b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%%%EOF" % (len(text), text)
    )
    return target
