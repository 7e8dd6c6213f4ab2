"""Installing the trainer's environment with the real uv, from stand-in wheels."""

import json
import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from desktop_app import paths
from desktop_app.errors import Cancelled, UserError
from desktop_app.settings import keep
from desktop_app.tasks.training.environment import child
from desktop_app.tasks.training.environment import install as install_module
from desktop_app.tasks.training.environment.child import scrubbed, without_bundle
from desktop_app.tasks.training.environment.install import install
from desktop_app.tasks.training.environment.installed import Installed, installed, remove
from desktop_app.tasks.training.environment.machine import Backend, Facts, Gpu
from desktop_app.tasks.training.environment.plan import Plan, find_tools, make_plan
from desktop_app.tasks.training.environment.remedies import failure, not_working
from desktop_app.tasks.training.train_encoder import environment as training_environment
from tests.tasks.training.environment.stand_in import (
    NO_DRIVER,
    Index,
    World,
    make_world,
    write_wheel,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in links to programs")


def there(home: Path) -> set[str]:
    """What is in the folder of environments."""
    return {path.name for path in home.iterdir() if not path.name.startswith(".")}


class Watch:
    """Reports; raises Cancelled as soon as the index was asked for the held file."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._others = set(psutil.Process().children(recursive=True))  # of earlier tests
        self.children: list[psutil.Process] = []

    def __call__(self, done: int, total: int) -> None:
        assert done < total
        if self._index.waiting.is_set():
            now = psutil.Process().children(recursive=True)
            self.children = [one for one in now if one not in self._others]
            raise Cancelled


# --- the plan ------------------------------------------------------------------------------------


def test_a_plan_says_what_and_why(world: World) -> None:
    ada = Gpu("RTX 4090", (580, 65), (8, 9))
    cuda = make_plan(facts=Facts("Linux", "x86_64", (ada,)))
    assert (cuda.backend, cuda.index_build) == (Backend.CUDA13, "")
    assert cuda.sizes.needed == 12_000_000_000
    cpu = make_plan()
    assert (cpu.backend, cpu.index_build) == (Backend.CPU, "cpu")
    assert cpu.sizes.needed == 2_000_000_000
    assert [lock.stem for lock in cpu.locks] == ["trainer", "torch-cpu"]
    old = make_plan(facts=Facts("Linux", "x86_64", (Gpu("V100", (580, 0), (7, 0)),)))
    assert old.backend is Backend.CPU
    assert "no NVIDIA GPU (CUDA 12.6) build for Linux" in old.reason
    with pytest.raises(UserError, match="mps cannot be installed on Linux"):
        make_plan(Backend.MPS)
    with pytest.raises(UserError, match="needs an Apple processor"):
        make_plan(facts=Facts("Darwin", "x86_64"))
    with pytest.raises(UserError, match="no build of PyTorch for Haiku"):
        make_plan(facts=Facts("Haiku", "x86_64"))
    (world.locks / "trainer.txt").unlink()
    with pytest.raises(UserError, match="Install Litmesh again"):
        make_plan()


def test_a_checkout_without_tools_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMESH_TOOLS", "")
    monkeypatch.setattr(paths, "program_root", lambda: Path("nowhere"))
    with pytest.raises(UserError, match=r"dev\.py setup"):
        find_tools()


# --- installing ----------------------------------------------------------------------------------


def test_install_repair_and_remove(world: World) -> None:
    assert paths.trainer_python() is None
    first = install(make_plan(), source=world.wheels)
    assert paths.trainer_python() == paths.python_of(first.folder)
    assert (first.torch, first.device, first.backend) == ("2.13.0", "cpu", "cpu")
    home = paths.trainer_home()
    assert there(home) == {"current.json", first.environment}

    paths.python_of(first.folder).unlink()  # it was damaged
    assert paths.trainer_python() is None
    assert installed() is None
    second = install(make_plan(), source=world.wheels)
    assert installed() == second
    third = install(make_plan(), source=world.wheels)  # beside one that works
    assert third.environment != second.environment
    assert there(home) == {"current.json", third.environment}

    assert remove()
    assert paths.trainer_python() is None
    assert not home.exists()
    assert not remove()


def test_an_interrupted_install_changes_nothing_and_is_repeated(world: World, index: Index) -> None:
    before = install(make_plan())
    index.held = world.wheel("torch").name
    watch = Watch(index)
    with pytest.raises(Cancelled):
        install(make_plan(), watch)
    assert watch.children
    assert not [one for one in watch.children if one.is_running()]
    assert installed() == before
    assert there(paths.trainer_home()) <= {"current.json", before.environment, "cache"}

    killed = paths.trainer_home() / "env-cpu-0123"  # as when the computer was switched off
    (killed / "lib").mkdir(parents=True)
    index.held = ""
    after = install(make_plan())
    assert there(paths.trainer_home()) == {"current.json", after.environment}


def test_another_window_installs_already(world: World) -> None:
    home = paths.trainer_home()
    home.mkdir(parents=True)
    with FileLock(home / ".lock"):
        for work in (lambda: install(make_plan(), source=world.wheels), remove):
            with pytest.raises(UserError, match="already"):
                work()


def test_pytorch_that_does_not_compute_is_not_used(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = install(make_plan(), source=world.wheels)
    broken = make_world(tmp_path / "broken", NO_DRIVER)
    monkeypatch.setattr(paths, "requirements_dir", lambda: broken.locks)
    with pytest.raises(UserError, match=r"libcudart\.so\.13.*Choose the processor instead"):
        install(make_plan(Backend.CUDA13, free=lambda _: 10**12), source=broken.wheels)
    assert installed() == before
    assert there(paths.trainer_home()) == {"current.json", before.environment}


def test_the_interpreter_of_an_appimage_is_copied(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPIMAGE", "Litmesh.AppImage")
    check_own_python(install(make_plan(), source=world.wheels))


@pytest.mark.parametrize(
    "place", ["/private/var/folders/xy/T/AppTranslocation/0A-1B/d", "/Volumes/Litmesh"]
)
def test_the_interpreter_of_an_app_that_does_not_stay_is_copied(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Path(place, "Litmesh.app/Contents/Resources/tools/python/bin/python3.11")
    at_home = Path("/Applications", *program.parts[-7:])
    assert not install_module._moves(program)
    monkeypatch.setattr(install_module, "_MACOS", True)
    assert install_module._moves(program)
    assert not install_module._moves(at_home)


def test_an_installation_asks_whether_the_program_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_module, "_moves", lambda python: python == find_tools().python)
    check_own_python(install(make_plan(), source=world.wheels))


def check_own_python(made: Installed) -> None:
    """Whether an environment brings its Python."""
    settings = (made.folder / "pyvenv.cfg").read_text()
    assert "home = " in settings
    assert (made.folder / "base" / "bin" / f"python{paths.SHIPPED_PYTHON}").exists()


def test_an_environment_of_another_python_is_not_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = install(make_plan(), source=world.wheels)
    note = paths.trainer_home() / "current.json"
    said = json.loads(note.read_text())
    assert said["python"] == paths.SHIPPED_PYTHON
    monkeypatch.setattr(paths, "SHIPPED_PYTHON", "3.99")  # after an update
    assert installed() is None
    assert paths.trainer_python() is None
    (made.folder / paths.OWN_PYTHON).mkdir()  # it brought its own
    assert installed() == made
    assert paths.trainer_python() == paths.python_of(made.folder)
    (made.folder / paths.OWN_PYTHON).rmdir()
    del said["python"]  # an older Litmesh did not note it
    note.write_text(json.dumps(said))
    assert installed() == replace(made, python="")
    assert paths.trainer_python() == paths.python_of(made.folder)


# --- what goes wrong -----------------------------------------------------------------------------


def refusal(plan: Plan, source: Path | None = None) -> UserError:
    """The error of an installation, after which nothing is in use and nothing is left."""
    with pytest.raises(UserError) as caught:
        install(plan, source=source)
    assert installed() is None
    home = paths.trainer_home()
    assert not home.exists() or there(home) <= {"cache"}
    return caught.value


def test_a_wheel_that_is_missing(world: World) -> None:
    world.wheel("torch").unlink()
    error = refusal(make_plan(), world.wheels)
    assert "no file of torch" in error.message
    assert "Save the files again" in error.hint


def test_a_wheel_that_is_another_one(world: World) -> None:
    write_wheel(world.wheels, "torch", "2.13.0", {"torch": "evil = True"})
    error = refusal(make_plan(), world.wheels)
    assert "SHA-256 differs" in error.message


def test_a_wheel_from_an_index_that_is_another_one(world: World, index: Index) -> None:
    write_wheel(world.wheels, "torch", "2.13.0", {"torch": "evil = True"})
    assert "SHA-256 differs" in refusal(make_plan()).message


def test_a_lock_without_hashes_is_refused(world: World) -> None:
    (world.locks / "trainer.txt").write_text("tinystack==1.0\n")
    assert "hash" in refusal(make_plan(), world.wheels).message


def test_a_disk_without_room(world: World) -> None:
    error = refusal(make_plan(free=lambda _: 1_500_000_000), world.wheels)
    assert "1.5 GB are free, 2 GB are needed" in error.message


def test_a_proxy_that_wants_a_password(world: World, index: Index) -> None:
    index.refused = 407
    proxy = index.address.removesuffix("/simple")
    keep(proxy=proxy, package_mirror="http://packages.example/simple")
    error = refusal(make_plan())
    assert "407" in error.message
    assert "name:password@" in error.hint
    assert any("packages.example" in place for place in index.asked)


def test_a_network_that_is_not_there(
    world: World, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "RETRIES", "0")  # they take a minute
    keep(proxy="http://127.0.0.1:9", package_mirror="https://packages.example/simple")
    assert "proxy could not be used" in refusal(make_plan()).message
    keep(proxy="", package_mirror="http://127.0.0.1:9/simple")
    assert "could not be reached" in refusal(make_plan()).message


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("error: failed\n  cause: No space left on device (os error 28)", "disk is full"),
        ("cause: invalid peer certificate: UnknownIssuer", "name its certificate file"),
        ("cause: tunnel error: proxy authorization required", "error 407"),
        ("cause: dns error\n  cause: failed to lookup address", "could not be reached"),
        ("HTTP status server error (503 Service Unavailable)", "answered with an error"),
        ("cause: Permission denied (os error 13)", "access is denied"),
        ("error: Something new\n", "Something new"),
        ("cause: no http://user:secret@host/ there", "no http://host/ there"),
        ("", "it said nothing"),
    ],
)
def test_what_uv_says_becomes_a_remedy(log: str, words: str) -> None:
    assert words in str(failure(log, from_folder=False))


@pytest.mark.parametrize("number", [126, 127, 1114])
@pytest.mark.parametrize("gpu", [False, True])
def test_a_library_that_windows_lacks_has_a_name_and_an_address(number: int, gpu: bool) -> None:
    log = f'OSError: [WinError {number}] Error loading "C:\\x\\c10.dll" or a dependency.\n'
    error = not_working(log, gpu)
    assert f"[WinError {number}]" in error.message
    assert "Microsoft Visual C++ Redistributable (x64)" in error.hint
    assert "https://aka.ms/vs/17/release/vc_redist.x64.exe" in error.hint
    other = not_working(log.replace(str(number), "1270"), gpu)
    assert other.hint.startswith("Choose the processor" if gpu else "Try again")


# --- the environment of the child ----------------------------------------------------------------


def test_the_child_inherits_nothing_of_another_python() -> None:
    mine = {
        **dict.fromkeys(("UV_INDEX_URL", "PIP_FIND_LINKS", "PYTHONHOME", "PYTHONPATH"), "x"),
        **dict.fromkeys(("CONDA_PREFIX", "VIRTUAL_ENV", "_PYI_ARCHIVE_FILE", "_MEIPASS2"), "x"),
        "LD_LIBRARY_PATH": "/bundle",
        "LD_LIBRARY_PATH_ORIG": "/users",
        "HTTPS_PROXY": "http://proxy.example",
        "SSL_CERT_FILE": "/ca.pem",
        "PATH": "/bin",
    }
    left = scrubbed(mine, {"UV_CACHE_DIR": "/cache"})
    ours = {name: value for name, value in left.items() if name in mine}
    assert ours == {
        "LD_LIBRARY_PATH": "/users",
        "HTTPS_PROXY": "http://proxy.example",
        "SSL_CERT_FILE": "/ca.pem",
        "PATH": "/bin",
    }
    assert left["UV_SYSTEM_CERTS"] == left["UV_NATIVE_TLS"] == "1"
    assert (left["UV_HTTP_TIMEOUT"], left["UV_HTTP_RETRIES"]) == ("300", "5")
    assert left["UV_CACHE_DIR"] == "/cache"
    assert "LD_LIBRARY_PATH_ORIG" not in left


def test_a_frozen_programs_libraries_stay_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"LD_LIBRARY_PATH": "/bundle"}
    assert without_bundle(given) == given
    monkeypatch.setattr("sys._MEIPASS", "/bundle", raising=False)
    assert without_bundle(given) == {}
    assert without_bundle({"LD_LIBRARY_PATH": "/bundle/:/cuda"}) == {"LD_LIBRARY_PATH": "/cuda"}


def test_a_training_inherits_nothing_of_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "/bundle/litmesh")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/users")
    trained = training_environment()
    assert "_PYI_ARCHIVE_FILE" not in trained
    assert trained["LD_LIBRARY_PATH"] == "/users"
    assert trained["PYTHONPATH"].split(os.pathsep)[-1] == str(paths.trainer_root())


@pytest.mark.parametrize(
    "content", ["", "[]", '{"environment": 1}', '{"environment": "../x"}', "{}"]
)
def test_a_damaged_note_counts_as_nothing_installed(world: World, content: str) -> None:
    home = paths.trainer_home()
    home.mkdir(parents=True)
    (home / "current.json").write_text(content)
    beside = paths.python_of(home.parent / "x")  # what "../x" would lead to
    beside.parent.mkdir(parents=True)
    beside.touch()
    assert paths.trainer_python() is None
    assert installed() is None
    made = install(make_plan(), source=world.wheels)
    assert json.loads((home / "current.json").read_text())["environment"] == made.environment
