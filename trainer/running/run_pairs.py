"""The pairs of a run: those in its folder, else mined now, else titles alone."""

from pathlib import Path

from torch import distributed

from trainer.config import TrainConfig
from trainer.encoding import open_encoder
from trainer.mining.candidates import MiningOptions
from trainer.mining.mine import Mined, mine
from trainer.out_of_memory import free_what_is_kept
from trainer.protocol import Mined as MinedEvent
from trainer.running.pairs import Pair, read_pairs, title_pairs
from trainer.running.run_folder import RunFolder, Say
from trainer.running.stopping import StopFlag, StopRequested
from trainer.training_set import TrainingSet


def run_pairs(
    config: TrainConfig, folder: RunFolder, training_set: TrainingSet, say: Say, stop: StopFlag
) -> tuple[list[Pair], list[str]]:
    """The pairs and what the user should know of them; none for a recipe without ranking.

    Raises StopRequested when it is asked to stop while mining; a former pairs.jsonl stays.
    """
    if not config.ranks:
        return [], []
    if config.batch.mine == "none" and not folder.pairs.is_file():
        problem = "No hard negatives: titles are told from other articles of their batch alone."
        return title_pairs(training_set.part("train")), [problem]
    if not folder.pairs.is_file() and _first():
        _mine(config, folder, training_set, say, stop)
        free_what_is_kept()
    if distributed.is_initialized():
        distributed.barrier()
    return read_pairs(folder.pairs, training_set), []


def _mine(
    config: TrainConfig, folder: RunFolder, training_set: TrainingSet, say: Say, stop: StopFlag
) -> None:
    def report(done: int, total: int) -> None:
        # the other processes would wait for this one
        if stop and not distributed.is_initialized():
            raise StopRequested

    options = MiningOptions(negatives=config.batch.mine, seed=config.seed)
    device = config.schedule.device
    encoder = open_encoder(Path(config.base), config.base_name, config.model.pooling, device)
    mined = mine(training_set, encoder, folder.path, options, report=report)
    say(_event(mined))


def _event(mined: Mined) -> MinedEvent:
    return MinedEvent(
        pairs=mined.pairs,
        negatives=sum(mined.negatives.values()),
        struck=sum(mined.dropped.values()),
        coverage=mined.by_citations / max(mined.pairs, 1),
    )


def _first() -> bool:
    return not distributed.is_initialized() or distributed.get_rank() == 0
