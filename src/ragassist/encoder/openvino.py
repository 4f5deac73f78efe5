"""The shipped model on OpenVINO: its graph is made here from the weights, operation by operation, and compiled.

Nothing is traced, exported or kept: PyTorch is not needed, and no file can be of another version than the weights.
"""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ragassist.encoder.backend import CORES, Backend, Read, Task, Window, unit
from ragassist.encoder.shipped import PROMPTS, Shipped
from ragassist.encoder.tokenizer import Pieced

# OpenVINO reports each import to Google Analytics, unless the package that does it cannot be had.
if "openvino" not in sys.modules:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the way to say that there is no such module
import openvino
from openvino import Node
from openvino import opset13 as op

# Lengths are multiples of these. For a new shape OpenVINO makes code, which takes as long as a question; from one shape
# to another that it knows takes it a millisecond.
ROUND: Mapping[Task, int] = {"query": 16, "document": 8}
PADDING = 1  # the id; any would do, for nothing attends to it
MASKED = -1e9


class OpenVino(Backend):
    """The shipped model, run by OpenVINO: the back end of questions and of bulk.

    Raises RuntimeError when OpenVINO cannot run it on this machine.
    """

    engine = "OpenVINO"

    def __init__(self, shipped: Shipped) -> None:
        tokenizer = Pieced(shipped.tokenizer)
        self.pieces = tokenizer.pieces
        self.rarity = tokenizer.rarity
        self.dimension = shipped.config["hidden_size"]
        self.window = shipped.config["max_position_embeddings"]
        self.prompts = PROMPTS
        self.projection = shipped.projection
        kinds = shipped.weight("embeddings.token_type_embeddings.weight")
        self._places = shipped.weight("embeddings.position_embeddings.weight") + kinds[0]
        self._shipped = shipped
        self._alone = _Streams(shipped, 1)

    @functools.cached_property
    def _together(self) -> _Streams:
        """Made when bulk first comes, in a fifth of a second: who only asks does without its 160 MB."""
        return _Streams(self._shipped, CORES)

    def rest(self) -> None:
        """Let go of the streams for bulk; whoever reads keeps them until the end."""
        self.__dict__.pop("_together", None)

    def read(self, batches: Iterable[Sequence[Window]], task: Task) -> Iterator[list[Read]]:
        """Questions one by one, each on all cores; of passages a batch on each core at a time."""
        streams = self._alone if task == "query" else self._together
        running: deque[tuple[Sequence[Window], openvino.InferRequest]] = deque()
        try:
            for batch in batches:
                if len(running) == streams.number:
                    yield self._finish(streams, *running.popleft())
                running.append((batch, self._start(streams, batch, ROUND[task])))
            while running:
                yield self._finish(streams, *running.popleft())
        finally:
            for _, request in running:  # only when the reader stops early
                request.wait()

    def _start(self, streams: _Streams, windows: Sequence[Window], step: int) -> openvino.InferRequest:
        lengths = np.array([window.length for window in windows])
        most = -(-int(lengths.max()) // step) * step
        ids = np.full((len(windows), most), PADDING, np.int64)
        for row, window in zip(ids, windows, strict=True):
            row[: window.length] = window.pieces.ids
        masked = np.arange(most) >= lengths[:, None]
        words = self._shipped.words(ids) + self._places[:most]
        bias = np.where(masked, np.float32(MASKED), np.float32(0))[:, None, None]
        request = streams.request()
        request.start_async({"words": words, "bias": bias}, share_inputs=True)
        return request

    def _finish(self, streams: _Streams, windows: Sequence[Window], request: openvino.InferRequest) -> list[Read]:
        request.wait()
        states = request.get_output_tensor().data.copy()
        streams.idle.append(request)
        return [
            Read(unit(rows.mean(axis=0)), rows, window.pieces.spans)
            for window, whole in zip(windows, states, strict=True)
            for rows in [whole[: window.length]]
        ]


class _Streams:
    """The model, compiled to run so many batches at a time, which share the cores out.

    Bulk is fastest with a stream for each core: threads that share a batch wait for each other at every layer, and
    spin while they do; streams share nothing. A single question is not: python tools/bench_encoder.py. Threads are
    not tied to cores, which others may be using.
    """

    def __init__(self, shipped: Shipped, number: int) -> None:
        core = openvino.Core()
        settings: dict[str, Any] = {
            "NUM_STREAMS": number,
            "INFERENCE_NUM_THREADS": CORES,
            "INFERENCE_PRECISION_HINT": _precision(core),
            "ENABLE_CPU_PINNING": False,
        }
        self.number = number
        self.idle: list[openvino.InferRequest] = []
        self._compiled = core.compile_model(_graph(shipped), "CPU", settings)

    def request(self) -> openvino.InferRequest:
        """One that is not in use."""
        try:
            return self.idle.pop()
        except IndexError:
            return self._compiled.create_infer_request()


def _precision(core: openvino.Core) -> str:
    """bfloat16 where the processor multiplies it: three times as fast, cosines to float32 above .9999."""
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _graph(shipped: Shipped) -> openvino.Model:
    """BERT (Devlin et al., NAACL 2019) from the vectors of its words on.

    words: float32 [n, t, hidden], those of the positions added. bias: float32 [n, 1, 1, t], added to every attention to
    a token: 0, or MASKED for padding. Gives the states of the last layer, float32 [n, t, hidden].
    """
    config = shipped.config
    hidden, heads = config["hidden_size"], config["num_attention_heads"]

    def constant(name: str) -> Node:
        return op.constant(np.ascontiguousarray(shipped.weight(name)))

    def linear(rows: Node, name: str) -> Node:
        product = op.matmul(rows, constant(f"{name}.weight"), transpose_a=False, transpose_b=True)
        return op.add(product, constant(f"{name}.bias"))

    def normal(rows: Node, name: str) -> Node:
        even = op.mvn(rows, np.array([-1]), True, config["layer_norm_eps"], "INSIDE_SQRT")
        return op.add(op.multiply(even, constant(f"{name}.weight")), constant(f"{name}.bias"))

    def split(rows: Node) -> Node:  # [n, t, hidden] -> [n, heads, t, hidden / heads]
        parts = op.reshape(rows, np.array([0, 0, heads, hidden // heads]), special_zero=True)
        return op.transpose(parts, np.array([0, 2, 1, 3]))

    def join(parts: Node) -> Node:
        return op.reshape(op.transpose(parts, np.array([0, 2, 1, 3])), np.array([0, 0, hidden]), special_zero=True)

    words = op.parameter([-1, -1, hidden], np.float32, name="words")
    bias = op.parameter([-1, 1, 1, -1], np.float32, name="bias")
    rows = normal(words, "embeddings.LayerNorm")
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            split(linear(rows, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        attended = join(op.scaled_dot_product_attention(query, key, value, bias))
        attended = op.add(linear(attended, f"{layer}.attention.output.dense"), rows)
        rows = normal(attended, f"{layer}.attention.output.LayerNorm")
        inner = op.gelu(linear(rows, f"{layer}.intermediate.dense"), "erf")
        rows = normal(op.add(linear(inner, f"{layer}.output.dense"), rows), f"{layer}.output.LayerNorm")
    return openvino.Model([op.result(rows)], [words, bias], "shipped")
