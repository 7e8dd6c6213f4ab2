"""The operators that a graph of ours may have: those of BERT-family encoders, converted, quantised
or fused. What is not listed is refused before ONNX Runtime sees it.

Left out on purpose: control flow (If, Loop, Scan: graphs that never end), functions and operators
of other makers (code of other libraries), sequences, strings, images, random numbers, and what can
ask for any amount of memory by itself (Tile, Pad, OneHot, Resize …). Expand, Range and
ConstantOfShape are here because every exported mask needs them.
"""

_STANDARD = frozenset(
    """
    Abs Add And Cast CastLike Clip Concat Constant ConstantOfShape CumSum DequantizeLinear Div
    DynamicQuantizeLinear Equal Erf Exp Expand Flatten Gather GatherElements GatherND Gelu Gemm
    Greater GreaterOrEqual Identity IsNaN LayerNormalization Less LessOrEqual Log MatMul
    MatMulInteger Max Mean Min Mul Neg Not Or Pow QuantizeLinear Range Reciprocal ReduceL2
    ReduceMax ReduceMean ReduceSum Relu Reshape Shape Sigmoid Sign Slice Softmax Split Sqrt Squeeze
    Sub Tanh Transpose Trilu Unsqueeze Where
    """.split()
)
# what ONNX Runtime's optimiser and quantiser put in place of several of the above
_FUSED = frozenset(
    """
    Attention BiasGelu DynamicQuantizeMatMul EmbedLayerNormalization FastGelu FusedMatMul Gelu
    MatMulIntegerToFloat MatMulNBits MultiHeadAttention QAttention QEmbedLayerNormalization
    QuickGelu SkipLayerNormalization SkipSimplifiedLayerNormalization
    """.split()
)
_BY_DOMAIN = {"": _STANDARD, "ai.onnx": _STANDARD, "com.microsoft": _FUSED}


def is_allowed(domain: str, operator: str) -> bool:
    """Whether a graph may have a node of this operator; `domain` "" is ONNX's own."""
    return operator in _BY_DOMAIN.get(domain, frozenset())
