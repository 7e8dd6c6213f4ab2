"""The settings of the network: what they refuse, and what a program that is started gets."""

import urllib.request
from pathlib import Path

import pytest

from desktop_app.encoders.hub import Hub, hub_address
from desktop_app.errors import UserError
from desktop_app.network import Network
from desktop_app.settings import Settings, keep


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITMESH_CONFIG_DIR", str(tmp_path / "config"))


def test_what_is_kept_is_used() -> None:
    keep(proxy="http://a:b@proxy.example:3128", ca_file="/ca.pem")
    child = Network.load().environment()
    assert child["HTTPS_PROXY"] == child["https_proxy"] == child["HTTP_PROXY"]
    assert child["HTTPS_PROXY"] == "http://a:b@proxy.example:3128"
    assert child["SSL_CERT_FILE"] == "/ca.pem"
    assert Network().environment() == {}


def test_a_proxy_is_asked_by_downloads() -> None:
    handlers = Network(proxy="http://proxy.example:3128").handlers()
    (proxy,) = [one for one in handlers if isinstance(one, urllib.request.ProxyHandler)]
    expected = dict.fromkeys(("http", "https"), "http://proxy.example:3128")
    assert proxy.proxies == expected  # type: ignore[attr-defined]


def test_a_mirror_takes_the_place_of_the_hub() -> None:
    public = hub_address()
    keep(hub_mirror="https://hub.example/")
    assert Hub().address == "https://hub.example"
    assert Hub("http://127.0.0.1:1").address == "http://127.0.0.1:1"
    assert Settings.load().hub_mirror != public


@pytest.mark.parametrize(
    "network",
    [
        Network(proxy="proxy.example:3128"),
        Network(proxy="socks5://proxy.example"),
        Network(package_mirror="C:\\mirror"),
        Network(hub_mirror="https://"),
        Network(hub_mirror="http://[half"),
    ],
)
def test_no_address_is_refused(network: Network) -> None:
    with pytest.raises(UserError, match="is no address"):
        network.check()


def test_no_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        Network(ca_file=str(tmp_path / "nothing.pem")).check()
    other = tmp_path / "letter.pem"
    other.write_text("Dear IT,")
    with pytest.raises(UserError, match="holds no certificate"):
        Network(ca_file=str(other)).check()
