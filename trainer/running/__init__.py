"""How a run goes: batches, memory, checkpoints, the loop, its folder."""
