"""A training before and after its process: the run's folder, what is refused, adoption."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop_app.encoders.installed import EncoderInfo, default_encoder
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.encoders.trainable import trainable, training_facts
from desktop_app.errors import Cancelled, UserError
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.search.request import Mode, SearchRequest
from desktop_app.search.request_json import request_to_json
from desktop_app.tasks import library_encoder
from desktop_app.tasks.adopt_encoder import (
    adopt,
    go_back,
    install_trained,
    remove_encoder,
    use_encoder,
)
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.session import Session, open_session
from desktop_app.tasks.training.follow import follow
from desktop_app.tasks.training.replay_searches import forget_trial, replay
from desktop_app.tasks.training.run import Stage, TrainingRun, open_run, past_runs, write_about
from desktop_app.tasks.training.train_encoder import (
    Choice,
    check_space,
    choose_base,
    command,
    disk_needed,
    prepare_run,
)
from desktop_app.tasks.training.trainer_words import ending, full_disk
from tests.encoders.tiny_encoder import edit_manifest, write_tiny_folder
from tests.tasks.invented_library import write_library
from trainer.protocol import Failed, Finished, Stopped

OFFERED = {"verdict": {"offered": True, "words": "It finds more.", "gain": None}}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vocabulary: Vocabulary
) -> Iterator[Session]:
    """A library of 20 articles and an encoder of the user's, `tiny`, in use."""
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("desktop_app.tasks.session.load_vocabulary", lambda: vocabulary)
    write_tiny_folder(tmp_path / "data" / "encoders" / "tiny")
    folder = write_library(tmp_path / "Thesis", 20)
    info = default_encoder("tiny")
    assert info is not None
    library_encoder.choose(folder, info)
    with open_session(folder) as opened:
        use_encoder(opened, info)
        yield opened


@pytest.fixture
def in_use(session: Session, tmp_path: Path) -> EncoderInfo:
    """The encoder in use, made trainable."""
    info = library_encoder.encoder_of(session.library.folder)
    assert info is not None
    base = tmp_path / "data" / "bases" / info.id
    base.mkdir(parents=True)
    for name in ("model.safetensors", "config.json"):
        (base / name).write_bytes(b"{}")
    return info


@pytest.fixture
def run(session: Session, in_use: EncoderInfo) -> TrainingRun:
    return prepare_run(session.library, session.vocabulary, Choice("biohicl"), in_use)


def finish(run: TrainingRun, evaluation: dict[str, Any]) -> None:
    """As if the trainer had done its work."""
    (run.path / "state.json").write_text('{"status": "finished", "step": 6}')
    run.evaluation_file.write_text(json.dumps(evaluation))
    write_tiny_folder(run.model)

    def rename(manifest: dict[str, Any]) -> None:
        gain = {"mean": 0.1, "low": 0.05, "high": 0.2}
        manifest["name"] = run.about.name
        training = {"base": "tiny", "recipe": "biohicl"}
        manifest["training"] = training | {"evaluation": {"verdict": {"gain": gain}}}

    edit_manifest(run.model, rename)


def next_stage(run: TrainingRun) -> str:
    """What the disk says is due; a function, as it changes under the test."""
    return str(run.stage)


def test_the_folder_of_a_run(session: Session, run: TrainingRun, in_use: EncoderInfo) -> None:
    assert past_runs(session.library.folder) == [run]
    assert run.about.title.startswith("tiny · trained ")
    assert run.about.title.endswith(" on Thesis")
    assert run.about.articles == 20
    assert next_stage(run) == "train"
    config = json.loads(run.config.read_text())
    assert config["recipe"] == "biohicl"
    assert config["base"] == run.about.before == run.about.base_folder
    assert Path(config["training_set"], "articles.jsonl").is_file()
    (run.path / "state.json").write_text('{"status": "finished"}')
    assert next_stage(run) == "evaluate"
    run.evaluation_file.write_text(json.dumps(OFFERED))
    assert next_stage(run) == "export"
    run.evaluation_file.write_text(json.dumps({"verdict": {"offered": False}}))
    assert next_stage(run) == "done"
    run.delete()
    assert past_runs(session.library.folder) == []


def test_the_default_encoder_is_made_trainable_first(
    session: Session, default_encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / "python"))
    (tmp_path / "python").touch()
    info = default_encoder(default_encoder_folder.name)
    assert info is not None
    run = prepare_run(session.library, session.vocabulary, Choice(), info)
    due = command(run)
    assert due is not None
    assert due.stage is Stage.BASE
    assert due.words[2:4] == ("trainer.conversion.installed_base", str(info.folder))
    assert due.words[4] == run.about.base_folder
    assert due.environment["HF_HUB_OFFLINE"] == "1"
    assert Path(due.folder, "trainer", "__main__.py").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"schedule.warp": 9}, "warp"),
        ({"batch.size": 1}, "batch.size: must be from 2"),
        ({"model.tuning": "half"}, "must be one of lora, full"),
    ],
)
def test_wrong_options_leave_nothing(
    session: Session, in_use: EncoderInfo, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        prepare_run(session.library, session.vocabulary, Choice("bica", "", options), in_use)
    assert not list(session.library.folder.glob("training/*"))


def test_cancelling_leaves_nothing(session: Session, in_use: EncoderInfo) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        prepare_run(session.library, session.vocabulary, Choice(), in_use, stop)
    assert not list(session.library.folder.glob("training/*"))


def test_a_disk_without_room_is_said_before(
    session: Session, in_use: EncoderInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = trainable(in_use)
    assert base is not None
    usage = shutil.disk_usage(session.library.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 << 20))
    with pytest.raises(UserError, match="5 MiB are free, training needs"):
        check_space(session.library.folder, base, 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 30))
    check_space(session.library.folder, base, 20)
    with pytest.raises(UserError, match="1,024 MiB are free, training needs"):
        check_space(session.library.folder, base, 100_000)  # their vectors count


def test_what_is_not_there_cannot_be_trained(session: Session) -> None:
    with pytest.raises(UserError, match="cannot be trained"):
        choose_base("no such", None)


def test_how_processes_end() -> None:
    done = Finished("result", 6, 1.0)
    assert ending(Stage.TRAIN, done, 0, "") is done
    assert ending(Stage.TRAIN, Stopped(3), 0, "") == Stopped(3)
    silent = ending(Stage.TRAIN, None, 0, "")
    assert isinstance(silent, Failed)
    assert "without a word" in silent.reason
    crashed = ending(Stage.EXPORT, None, 1, "a\nmodel.onnx: differs\n")
    assert isinstance(crashed, Failed)
    assert "differs" in crashed.reason
    assert ending(Stage.EVALUATE, None, 0, "a warning") is None
    full = ending(Stage.TRAIN, Failed("[Errno 28] No space left on device"), 1, "")
    assert isinstance(full, Failed)
    assert full.reason.startswith("The disk is full.")
    assert "resume" in full.remedy
    assert not full_disk("Not even one text fits into memory.")


# --- afterwards ----------------------------------------------------------------------------------


def test_no_improvement_is_never_adopted(session: Session, run: TrainingRun) -> None:
    finish(run, {"verdict": {"offered": False, "words": "No improvement.", "gain": None}})
    with pytest.raises(UserError, match="no improvement"):
        install_trained(run)
    assert library_encoder.chosen(session.library.folder).before[:1] != (run.about.name,)


def test_adopt_and_go_back(session: Session, run: TrainingRun, in_use: EncoderInfo) -> None:
    finish(run, OFFERED)
    change = adopt(session, run)
    assert (change.embedded, change.cancelled) == (20, False)
    assert session.encoder is not None
    assert session.encoder.id == change.encoder != in_use.id
    assert session.encoder_title == run.about.title
    info = default_encoder(change.encoder)
    assert info is not None
    facts = training_facts(info.folder)
    assert facts is not None
    assert (facts.title, facts.library, facts.recipe) == (run.about.title, "Thesis", "biohicl")
    assert facts.gain == (0.1, 0.05, 0.2)
    with pytest.raises(UserError, match="this library uses it"):
        remove_encoder(session, info)
    assert go_back(session).embedded == 0  # its vectors are still there
    assert session.encoder.id == in_use.id
    remove_encoder(session, info)
    assert default_encoder(info.id) is None
    assert [name for name, _ in session.library.vectors.encoders()] == [in_use.id]


def test_a_cancelled_adoption_leaves_the_old_one(
    session: Session, run: TrainingRun, in_use: EncoderInfo
) -> None:
    finish(run, OFFERED)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    assert adopt(session, run, stop).cancelled
    assert session.encoder is not None
    assert session.encoder.id == in_use.id
    used = library_encoder.encoder_of(session.library.folder)
    assert used is not None
    assert used.id == in_use.id
    assert not adopt(session, run).cancelled


def test_a_damaged_result_is_refused(session: Session, run: TrainingRun) -> None:
    finish(run, OFFERED)
    with open(next(run.model.glob("*.onnx")), "ab") as file:
        file.write(b"x")
    with pytest.raises(UserError, match="damaged"):
        adopt(session, run)
    assert not list(Path(session.library.folder).parent.glob("data/encoders/*trained*"))


def test_runs_that_are_none_are_passed_over(session: Session, run: TrainingRun) -> None:
    for name, content in (("a", "{"), ("b", '{"schema": 9}'), ("c", '{"schema": 1, "name": "x"}')):
        folder = run.path.parent / name
        folder.mkdir()
        (folder / "about.json").write_text(content)
        with pytest.raises(UserError):
            open_run(folder)
    assert past_runs(session.library.folder) == [run]


def test_a_trial_that_is_not_taken_leaves_no_vectors(
    session: Session, run: TrainingRun, in_use: EncoderInfo
) -> None:
    finish(run, OFFERED)
    tried = load_encoder(run.model)
    forget_trial(session, run)  # nothing was tried yet
    index_library(session.library, tried)
    assert {name for name, _ in session.library.vectors.encoders()} == {in_use.id, tried.id}
    forget_trial(session, run)
    assert [name for name, _ in session.library.vectors.encoders()] == [in_use.id]
    adopt(session, run)
    forget_trial(session, run)  # taken meanwhile: it stays
    assert {name for name, _ in session.library.vectors.encoders()} == {in_use.id, tried.id}
    shutil.rmtree(run.model)
    forget_trial(session, run)


def test_the_last_searches_are_answered_by_both_encoders(
    session: Session, run: TrainingRun, in_use: EncoderInfo
) -> None:
    finish(run, OFFERED)
    assert replay(session, run) == []  # there were none
    request = SearchRequest(text="lay5word", mode=Mode.SEMANTIC, everything=True)
    session.library.searches.record(request_to_json(request), 20)
    (replayed,) = replay(session, run)
    assert (replayed.query, len(replayed.before), len(replayed.after)) == ("lay5word", 5, 5)
    assert 0 <= replayed.flips <= 5


def test_all_weights_take_more_disk(in_use: EncoderInfo) -> None:
    base = trainable(in_use)
    assert base is not None
    more = disk_needed(base, 20, full=True) - disk_needed(base, 20)
    assert more == 12 * base.parameters_bytes  # four checkpoints with two moments each


def test_the_base_is_read_as_training_read_it(
    session: Session, in_use: EncoderInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / "python"))
    (tmp_path / "python").touch()
    choice = Choice("bica", "", {"model.pooling": "mean", "schedule.device": "cpu"})
    run = prepare_run(session.library, session.vocabulary, choice, in_use)
    for stage, name in ((Stage.MINE, "--encoder-name"), (Stage.EVALUATE, "--name")):
        due = command(run, stage)
        assert due is not None
        words = list(due.words)
        assert words[words.index(name) + 1] == in_use.name
        assert words[words.index("--pooling") + 1] == "mean"
        assert words[words.index("--device") + 1] == "cpu"
    write_about(run.path, replace(run.about, before=str(tmp_path / "another")))
    other = command(past_runs(session.library.folder)[0], Stage.EVALUATE)
    assert other is not None
    assert not {"--name", "--pooling"} & set(other.words)


def test_one_without_weights_is_not_replaced_by_another(session: Session) -> None:
    """What is compared with must be what the library searches with."""
    info = library_encoder.encoder_of(session.library.folder)
    assert info is not None
    with pytest.raises(UserError, match="installed without its weights"):
        choose_base("", info)
    with pytest.raises(UserError, match="installed without its weights"):
        prepare_run(session.library, session.vocabulary, Choice(), info)


def test_a_run_is_where_its_library_is(
    session: Session, run: TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / "python"))
    (tmp_path / "python").touch()
    session.close()
    moved = session.library.folder.rename(tmp_path / "Moved")
    (again,) = past_runs(moved)
    due = command(again)
    assert due is not None
    assert due.words[-1] == str(moved / "training" / run.path.name / "config.json")
    config = json.loads(again.config.read_text())
    assert config["run"] == str(again.path)
    assert Path(config["training_set"], "articles.jsonl").is_file()
    again.config.write_text("[]")
    with pytest.raises(UserError, match=r"config\.json"):
        command(again)


def test_what_a_kill_left_half_written_is_swept(session: Session, in_use: EncoderInfo) -> None:
    folder = session.library.folder / "training"
    (folder / "2026-01-01-120000" / "training-set").mkdir(parents=True)
    (folder / "my own notes").mkdir()
    run = prepare_run(session.library, session.vocabulary, Choice(), in_use)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["my own notes", run.path.name])


def test_a_base_that_went_is_made_again_before_the_comparison(
    run: TrainingRun, tmp_path: Path
) -> None:
    (run.path / "state.json").write_text('{"status": "finished"}')
    assert next_stage(run) == "evaluate"
    shutil.rmtree(run.about.base_folder)
    assert next_stage(run) == "base"


def test_ctrl_c_between_two_processes_is_a_stop(
    run: TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / "python"))
    (tmp_path / "python").touch()

    def interrupt(stage: Stage) -> None:
        raise KeyboardInterrupt

    assert follow(run, lambda event: None, interrupt) == Stopped(0)
