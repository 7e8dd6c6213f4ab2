"""Keeps every process of a test run on this machine; children load it as `sitecustomize`.

An attempt to reach another machine is refused and noted in the file LITMESH_NETWORK_LOG names.
Python's own sockets only: a library that opens sockets in C++ is watched from outside.
"""

import os
import sys

ADDRESS_IN_SECOND = ("socket.connect", "socket.sendto", "socket.sendmsg")
HOST_IN_FIRST = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
HERE = ("", "localhost", "::1", "::", "0.0.0.0")


class LeftTheMachine(OSError):
    """Something tried to reach another machine."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in ADDRESS_IN_SECOND:
        address = arguments[1]
        # Internet addresses are tuples that start with a host; local sockets have a path or numbers
        host = address[0] if isinstance(address, tuple) and address else ""
    elif event in HOST_IN_FIRST:
        host = arguments[0]
    else:
        return
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name not in HERE and not name.startswith("127."):
        _refuse(f"{event} {name}")


def _refuse(attempt: str) -> None:
    log = os.environ.get("LITMESH_NETWORK_LOG")
    if log:
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{attempt} (process {os.getpid()}: {' '.join(sys.argv)[:200]})\n")
    raise LeftTheMachine(f"a test tried to leave this machine: {attempt}")


sys.addaudithook(_watch)
