"""Sentences that a conversion is checked on: made up, in the tone of abstracts."""

_SENTENCES = (
    "Metformin lowered fasting glucose by 1.4 mmol/L in adults with type 2 diabetes.",
    "Mitochondrial respiration was reduced in skeletal muscle of insulin-resistant offspring.",
    "We randomised 412 patients with stable angina to bisoprolol or placebo for 24 weeks.",
    "Loss of p53 function cooperates with KRAS G12D in pancreatic ductal adenocarcinoma.",
    "The pooled odds ratio was 0.78 (95% CI 0.65-0.93), with moderate heterogeneity (I2 = 41%).",
    "IL-6 and TNF-alpha concentrations in plasma were measured by ELISA.",
    "Children under five years in rural districts slept under insecticide-treated nets.",
    "Whole-exome sequencing revealed a de novo missense variant in SCN1A.",
    "No difference in overall survival was seen between the two arms (hazard ratio 1.02).",
    "Gut microbiota from obese donors increased adiposity in germ-free mice.",
    "Cognitive behavioural therapy reduced relapse of major depression over twelve months.",
    "Amyloid-beta plaques appear years before the first memory complaints.",
    "The vaccine induced neutralising antibodies in 94% of participants after the second dose.",
    "Proton pump inhibitors were associated with a small increase in hip fractures.",
    "Cryo-EM of the ribosome at 2.8 angstrom shows the antibiotic in the exit tunnel.",
    "Sleep apnoea was diagnosed by polysomnography in a tertiary centre.",
    "Breast cancer cells lacking BRCA1 were sensitive to PARP inhibition in vitro.",
    "Dietary fibre intake was estimated from a validated food frequency questionnaire.",
    "Zebrafish larvae carrying the mutation developed pericardial oedema.",
    "Opioid consumption in the first 48 hours after surgery was the primary outcome.",
    "Chronic hepatitis C is now curable with direct-acting antivirals in most patients.",
    "Diffusion tensor imaging showed lower fractional anisotropy in the corpus callosum.",
    "Nurses reported burnout more often during the second wave of the pandemic.",
    "Calcium channel blockers did not slow the decline of renal function.",
    "Methicillin-resistant Staphylococcus aureus was isolated from 17 of 230 swabs.",
    "Vitamin D supplementation had no effect on falls in community-dwelling women.",
    "Single-cell RNA sequencing identified a rare population of epithelial progenitors.",
    "Retinal thickness was followed by optical coherence tomography every three months.",
    "Triptans relieve acute migraine within two hours in about sixty per cent of attacks.",
    "The authors declare that fluorescence was quantified by blinded observers.",
    "Premature birth before 32 weeks raises the risk of bronchopulmonary dysplasia.",
    "Further trials are needed before screening can be recommended for the general population.",
)


def probe_texts() -> list[str]:
    """32 texts of one to eight sentences, so from a query's length to an abstract's."""
    count = len(_SENTENCES)
    return [
        " ".join(_SENTENCES[(start + step * 5) % count] for step in range(1 + start % 8))
        for start in range(count)
    ]
