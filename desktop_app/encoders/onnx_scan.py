"""Looks for external data in an ONNX file before ONNX Runtime may open it.

A graph can name other files that hold its weights; ONNX Runtime would then read whatever path the
file asks for. We accept self-contained files only. The check walks the protobuf wire format by
itself, as the `onnx` package does not belong into the program. Field numbers: onnx.proto3.
"""

from collections.abc import Iterator

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
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_DEEPEST = 64
_LARGEST_TAG = (1 << 32) - 1


class RefusedModelError(ValueError):
    """The bytes are no ONNX model, or one that we do not open; the text says which."""


def check_self_contained(content: bytes) -> None:
    """Raise `RefusedModelError` unless `content` is an ONNX model with all its weights inside."""
    if content[:4] == b"PK\x03\x04" or content[:1] == b"\x80" or content[:6] == b"7z\xbc\xaf'\x1c":
        raise RefusedModelError("it is a pickle or an archive, not an ONNX model")
    view = memoryview(content)
    if not any(number == 7 and wire == _BYTES for number, wire, _ in _fields(view)):
        raise RefusedModelError("it is not an ONNX model (no graph inside)")
    _scan(view, "Model", 0)


def _scan(view: memoryview, message: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise RefusedModelError("its graph is nested too deeply")
    children = _CHILDREN[message]
    for number, wire, payload in _fields(view):
        if message == "Tensor":
            # any location but 0 counts: an enum is cut to 32 bits by the real reader
            elsewhere = number == _DATA_LOCATION and payload != 0
            if elsewhere or number == _EXTERNAL_DATA:
                raise RefusedModelError("it reads its weights from another file (external data)")
        elif wire == _BYTES and number in children and isinstance(payload, memoryview):
            _scan(payload, children[number], depth + 1)


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
