"""Text to vectors: the catalogue of encoders, the installed ones, ONNX Runtime.

`installed.installed_encoders` lists, `onnx_encoder.load_encoder` opens. Nothing here imports
onnxruntime or tokenizers before an encoder is loaded.
"""
