"""What `litmesh encoders install` does: find out what is meant, ask before the network is used."""

from dataclasses import dataclass
from pathlib import Path

import click

from desktop_app.cli.support import DONE, FAILED, print_json, progress
from desktop_app.encoders.catalogue import CatalogueEntry, load_catalogue
from desktop_app.encoders.hub import Hub, not_pinned, what_is_sent
from desktop_app.encoders.installed import EncoderInfo
from desktop_app.errors import UserError
from desktop_app.tasks.install_encoder import (
    Naming,
    install_from_folder,
    install_from_hub,
    install_from_zip,
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One call of the command."""

    model: str
    as_json: bool
    yes: bool
    name: str
    pooling: str | None
    address: str

    def run(self) -> int:
        """Install the model; the exit status. Raises UserError."""
        path = Path(self.model)
        report = progress("Installing", self.as_json)
        naming = Naming(self.name, self.pooling or "")
        if path.is_dir():
            info = install_from_folder(path, report, naming)
        elif path.is_file():
            info = install_from_zip(path, report, naming)
        else:
            entry = self._entry()
            hub = Hub(self.address) if self.address else Hub()
            if not self._allowed(entry, hub):
                click.echo("Nothing was sent, nothing was installed.", err=True)
                return FAILED
            info = install_from_hub(entry, report, hub)
        return self._say(info)

    def _entry(self) -> CatalogueEntry:
        catalogue = load_catalogue()
        entry = catalogue.entry(self.model)
        if entry is None:
            names = ", ".join(known.id for known in catalogue.entries)
            raise UserError(
                f"{self.model} is no folder, no zip archive, and no encoder known by name.",
                f"Known are {names}.",
            )
        return entry

    def _allowed(self, entry: CatalogueEntry, hub: Hub) -> bool:
        if entry.hub is None or not entry.hub.pinned:
            raise not_pinned(entry.hub.repo if entry.hub is not None else entry.name)
        if self.yes:
            return True
        click.echo(what_is_sent(entry.hub, hub.address), err=True)
        return click.confirm("Download it?", err=True)

    def _say(self, info: EncoderInfo) -> int:
        if self.as_json:
            answer = {"id": info.id, "name": info.name, "dimension": info.dimension}
            print_json({**answer, "licence": info.manifest.licence, "folder": str(info.folder)})
        else:
            click.echo(f"{info.id} is installed in {info.folder}.")
            click.echo(f"“litmesh encoders use {info.id}” searches with it.")
        return DONE
