"""Model folders in, encoder folders out: ONNX with pooling inside, int8, checked."""
