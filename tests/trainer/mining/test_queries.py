"""Queries written by a small random T5, read as data."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import safetensors.torch  # noqa: E402
import transformers  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: E402

from trainer.conversion.model_folder import ConversionError  # noqa: E402
from trainer.mining.queries import QueryWriter  # noqa: E402

WORDS = ["<pad>", "</s>", "<unk>", "generate", "query", "heart", "lung", "gene", "what", "is"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    config = transformers.T5Config(
        vocab_size=len(WORDS),
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
    )
    model = transformers.T5ForConditionalGeneration(config)
    words = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer.add_special_tokens(["<pad>", "</s>"])
    folder = tmp_path / "t5"
    folder.mkdir()
    shared = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight")
    state = {k: v for k, v in model.state_dict().items() if k not in shared}
    safetensors.torch.save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    (folder / "tokenizer.json").write_text(tokenizer.to_str())
    return folder


def test_one_query_an_abstract_the_same_in_any_company(folder: Path) -> None:
    writer = QueryWriter(folder)
    texts = [f"heart {'lung gene ' * n}" for n in (1, 4)]
    together = writer.write(texts)
    assert len(together) == 2
    assert together == [writer.write([text])[0] for text in texts]
    known = {word for query in together for word in query.split()}
    assert known <= set(WORDS) - {"<pad>", "</s>"}


def test_the_beam_search_is_transformers_own(folder: Path) -> None:
    plain = transformers.T5ForConditionalGeneration.from_pretrained(folder)
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("generate query: heart").ids
    expected = plain.generate(
        input_ids=torch.tensor([ids]), num_beams=4, max_length=64, early_stopping=True
    )
    words = [WORDS[number] for number in expected[0].tolist() if number > 1]
    assert QueryWriter(folder).write(["heart"]) == [" ".join(words)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model_type": "bert"}, "T5"),
        ({"d_model": 10**9}, "d_model"),
        ({"num_layers": "many"}, "num_layers"),
        ({"feed_forward_proj": "gated-__import__"}, "feed_forward_proj"),
        ({"vocab_size": 11}, "cannot be used"),
    ],
)
def test_other_folders_are_refused(folder: Path, change: dict[str, object], words: str) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(ConversionError, match=words):
        QueryWriter(folder)


def test_a_folder_with_pickled_weights_says_what_to_do(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ConversionError, match="safetensors"):
        QueryWriter(folder)
