"""Looks for external data and unexpected operators in an ONNX file before ONNX Runtime may open it.

A graph can name other files that hold its weights; ONNX Runtime would then read whatever path the
file asks for. We accept self-contained files only, of operators that sentence encoders are made
of. The check walks the protobuf wire format by
itself, as the `onnx` package does not belong into the program. Field numbers: onnx.proto3.
"""

from collections.abc import Iterator

from desktop_app.encoders.onnx_operators import is_allowed

_CHILDREN: dict[str, dict[int, str]] = {
    "Model": {7: "Graph", 20: "Training", 25: "Function"},
    "Training": {1: "Graph", 2: "Graph"},
    "Graph": {1: "Node", 5: "Tensor", 15: "Sparse"},
    "Function": {7: "Node", 11: "Attribute"},
    "Node": {5: "Attribute"},
    "Attribute": {5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 22: "Sparse", 23: "Sparse"},
    "Sparse": {1: "Tensor", 2: "Tensor"},
    "Tensor": {},
}
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14  # fields of TensorProto
_OPERATOR, _DOMAIN = 4, 7  # fields of NodeProto
_MOST_NODES = 100_000
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_DEEPEST = 64
_LARGEST_TAG = (1 << 32) - 1


class RefusedModelError(ValueError):
    """The bytes are no ONNX model, or one that we do not open; the text says which."""


def check_self_contained(content: bytes) -> None:
    """Raise `RefusedModelError` unless `content` is an ONNX model with all its weights inside.

    Also every node, in subgraphs and functions too, must be of a known operator.
    """
    if content[:4] == b"PK\x03\x04" or content[:1] == b"\x80" or content[:6] == b"7z\xbc\xaf'\x1c":
        raise RefusedModelError("it is a pickle or an archive, not an ONNX model")
    view = memoryview(content)
    if not any(number == 7 and wire == _BYTES for number, wire, _ in _fields(view)):
        raise RefusedModelError("it is not an ONNX model (no graph inside)")
    _Scan().message(view, "Model", 0)


class _Scan:
    """One walk through a file."""

    def __init__(self) -> None:
        self._nodes = 0

    def message(self, view: memoryview, message: str, depth: int) -> None:
        """Check a message and all inside it."""
        if depth > _DEEPEST:
            raise RefusedModelError("its graph is nested too deeply")
        children = _CHILDREN[message]
        for number, wire, payload in _fields(view):
            if message == "Tensor":
                # any location but 0 counts: an enum is cut to 32 bits by the real reader
                elsewhere = number == _DATA_LOCATION and payload != 0
                if elsewhere or number == _EXTERNAL_DATA:
                    raise RefusedModelError(
                        "it reads its weights from another file (external data)"
                    )
            elif wire == _BYTES and number in children and isinstance(payload, memoryview):
                self.message(payload, children[number], depth + 1)
        if message == "Node":
            self._node(view)

    def _node(self, view: memoryview) -> None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise RefusedModelError("its graph has too many nodes")
        # of a field that comes twice the last counts, as in the real reader
        texts = {
            number: bytes(payload)
            for number, wire, payload in _fields(view)
            if wire == _BYTES and number in (_OPERATOR, _DOMAIN) and isinstance(payload, memoryview)
        }
        operator = texts.get(_OPERATOR, b"").decode("utf-8", "replace")
        domain = texts.get(_DOMAIN, b"").decode("utf-8", "replace")
        if not is_allowed(domain, operator):
            name = f"{domain}.{operator}" if domain else operator
            raise RefusedModelError(f"it uses an operator that no encoder needs ({name[:80]})")


def _fields(view: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Yield (field number, wire type, value) of one message; a length-delimited value is a view."""
    at, end = 0, len(view)
    while at < end:
        tag, at = _varint(view, at)
        number, wire = tag >> 3, tag & 7
        if tag > _LARGEST_TAG or number == 0:
            raise RefusedModelError("it is damaged, or not an ONNX model")
        value: int | memoryview = 0
        if wire == _VARINT:
            value, at = _varint(view, at)
        elif wire == _BYTES:
            size, at = _varint(view, at)
            value = view[at : at + size]
            at += size
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if wire == _EIGHT_BYTES else 4
        else:  # groups, never written by ONNX, would hide fields from this walk
            raise RefusedModelError("it is damaged, or not an ONNX model")
        if at > end:
            raise RefusedModelError("it is cut short, or not an ONNX model")
        yield number, wire, value


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(view):
            break
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise RefusedModelError("it is cut short, or not an ONNX model")
