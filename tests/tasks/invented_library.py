"""A library of invented words that an encoder can really learn, and a tiny encoder to train on it.

Every topic has a word for titles and another one for abstracts. An encoder with random weights does
not know that they go together; some dozen steps on the articles teach it, so that a real training
really improves search, in seconds and on any machine.
"""

import json
import random
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from desktop_app import paths
from desktop_app.encoders.installed import default_encoder
from desktop_app.library.library import Library
from desktop_app.records import Article, Heading, Reference, Section
from desktop_app.tasks import library_encoder

ROOT = Path(__file__).resolve().parents[2]
TOPICS = 60
HIDDEN, LAYERS, WIDE, POSITIONS = 64, 1, 64, 64
FRAME = (
    "effect of on and in we studied patients with the group then measured again after weeks it was "
    "found that changed much finally our results show helped . , [PAD] [UNK] [CLS] [SEP]"
).split()
HEADINGS = (
    ("D008928", "Mitochondria"),
    ("D007333", "Insulin Resistance"),
    ("D015444", "Exercise"),
    ("D001249", "Asthma"),
    ("D006333", "Heart Failure"),
    ("D003863", "Depression"),
    ("D020521", "Stroke"),
    ("D008288", "Malaria"),
    ("D010024", "Osteoporosis"),
    ("D004827", "Epilepsy"),
)
# options that teach the tiny encoder enough in few seconds
QUICK = {
    "model.tuning": "full",
    "model.max_tokens": 48,
    "model.dropout": 0.0,
    "schedule.learning_rate": 3e-3,
    "schedule.steps": 60,
    "schedule.device": "cpu",
    "schedule.precision": "fp32",
    "schedule.threads": 2,
    "guard.evaluate_every": 20,
    "guard.validation_articles": 100,
    "batch.anchors": "articles",  # a random encoder has no similarities worth keeping
    "batch.hard_negatives": 2,
    "batch.micro": 64,
}


def trainer_python() -> Path:
    """The trainer's Python; the test skips where it is not set up."""
    found = paths.trainer_python()
    if found is None:
        pytest.skip("no .venv-trainer: python3 dev.py setup makes it")
    return found


def make_world(root: Path) -> Path:
    """A library below `root` that is searched with the tiny encoder, installed in `root/data`.

    `LITMESH_DATA_DIR` must be `root/data`. Returns the library's folder.
    """
    base = write_tiny_base(root / "tiny")
    installed = root / "data" / "encoders" / "tiny"
    words = [str(trainer_python()), "-m", "trainer.conversion.convert", str(base), str(installed)]
    subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
    info = default_encoder("tiny")
    assert info is not None
    shutil.copytree(base, paths.bases_dir() / info.id)
    library = write_library(root / "My library")
    library_encoder.choose(library, info)
    return library


def lay(topic: int) -> str:
    """The word of a topic in titles."""
    return f"lay{topic}word"


def technical(topic: int) -> str:
    """The word of a topic in abstracts."""
    return f"tech{topic}term"


def write_library(folder: Path, articles: int = 320, headings: bool = True) -> Path:
    """Make the library."""
    with Library.open(folder) as library:
        library.write([_article(n, articles, headings) for n in range(1, articles + 1)], "RIS")
    return folder


def _article(number: int, articles: int, headings: bool) -> Article:
    a = number % TOPICS  # articles of one first topic cite each other
    others = [topic for topic in range(TOPICS) if topic != a]
    b, c, d = random.Random(number).sample(others, 3)
    t = [technical(topic) for topic in (a, b, c, d)]
    ui = HEADINGS[number % len(HEADINGS)], HEADINGS[a % len(HEADINGS)]
    text = (
        f"We studied patients with {t[0]} in the group. Then {t[1]} was measured again. "
        f"After weeks {t[2]} changed much. Finally {t[3]} helped."
    )
    # too few to be a signal of their own: the tiny encoder learns titles alone
    cited = [number + TOPICS, number + 2 * TOPICS] if number <= 2 * TOPICS else []
    return Article(
        title=f"Effect of {lay(a)} on {lay(b)} and {lay(c)} in {lay(d)}",
        pmid=number,
        sections=(Section(text),),
        headings=tuple(Heading(*pair) for pair in dict.fromkeys(ui)) if headings else (),
        references=tuple(Reference(pmid=n) for n in cited),
    )


def write_tiny_base(folder: Path, seed: int = 5) -> Path:
    """A random BERT of 60,000 weights in the form of sentence-transformers, without PyTorch."""
    words = [*FRAME, *map(lay, range(TOPICS)), *map(technical, range(TOPICS))]
    (folder / "1_Pooling").mkdir(parents=True)
    config = {
        "model_type": "bert",
        "vocab_size": len(words),
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "intermediate_size": WIDE,
        "hidden_act": "gelu",
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "pad_token_id": words.index("[PAD]"),
    }
    types = ("Transformer", "Pooling", "Normalize")
    places = ("", "1_Pooling", "2_Normalize")
    modules = [
        {"idx": n, "name": str(n), "path": place, "type": f"sentence_transformers.models.{kind}"}
        for n, (place, kind) in enumerate(zip(places, types, strict=True))
    ]
    for name, content in {
        "config.json": config,
        "modules.json": modules,
        "1_Pooling/config.json": {"pooling_mode": "mean"},
        "sentence_bert_config.json": {"max_seq_length": 48},
    }.items():
        (folder / name).write_text(json.dumps(content), "utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(words).to_str(), "utf-8")
    _write_weights(folder / "model.safetensors", len(words), seed)
    return folder


def _tokenizer(words: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(
        models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [("[CLS]", words.index("[CLS]")), ("[SEP]", words.index("[SEP]"))]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=ends
    )
    return tokenizer


def _write_weights(path: Path, words: int, seed: int) -> None:
    """A safetensors file: length of the header, header, numbers."""
    chance = np.random.default_rng(seed)
    shapes = _shapes(words)
    header, blocks, place = {}, [], 0
    for name, shape in shapes.items():
        plain = "LayerNorm.weight" in name
        size = np.ones(shape) if plain else chance.normal(0, 0.05, shape)
        if name.endswith("bias"):
            size = np.zeros(shape)
        block = size.astype("<f4").tobytes()
        end = place + len(block)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [place, end]}
        blocks.append(block)
        place += len(block)
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def _shapes(words: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}"
        attention = [f"attention.self.{kind}" for kind in ("query", "key", "value")]
        for name in (*attention, "attention.output.dense"):
            found[f"{own}.{name}.weight"] = (HIDDEN, HIDDEN)
            found[f"{own}.{name}.bias"] = (HIDDEN,)
        found[f"{own}.intermediate.dense.weight"] = (WIDE, HIDDEN)
        found[f"{own}.intermediate.dense.bias"] = (WIDE,)
        found[f"{own}.output.dense.weight"] = (HIDDEN, WIDE)
        found[f"{own}.output.dense.bias"] = (HIDDEN,)
        norms += [f"{own}.attention.output.LayerNorm", f"{own}.output.LayerNorm"]
    for norm in norms:
        found[f"{norm}.weight"] = found[f"{norm}.bias"] = (HIDDEN,)
    return found
