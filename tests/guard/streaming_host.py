"""The host of the conformance kit that releases a reply of the model segment by segment.

The kit has the data of these runs (`streaming/incremental`) and no host for them: its scenarios
drop the segments, and its runner compares neither what was released nor what was kept. This host
reads the segments from the data itself, waits for the verdict on each before it is released, and
keeps what was released, which the tests compare with the data.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent_hooks import (
    AgentContextBuilder,
    HostError,
    InterceptionBlocked,
    InterceptionEmitter,
    Verdict,
)
from agent_hooks.ctk.harness import Capability, ModelResponse, RunOutcome, RunRecord, Scenario
from agent_hooks.ctk.reference import ReferenceHarness
from agent_hooks.declaration import HostSurface
from agent_hooks.emitter import _Outcome

EXPOSURE_BOUND = "none: a segment is released on the verdict that covers it"


class StreamingHost(ReferenceHarness):
    """A host whose replies are streams: one model call, no tools."""

    capabilities = ReferenceHarness.capabilities | {Capability.INCREMENTAL_OUTPUT}

    def __init__(self, vector: dict[str, Any]) -> None:
        super().__init__()
        (self._stream,) = (one["respond"] for one in vector["scenario"]["model_script"])
        self.released = ""
        self.persisted: list[str] = []

    def host_surface(self) -> HostSurface:
        return super().host_surface().with_exposure_bound(EXPOSURE_BOUND)

    def declaration(self) -> dict[str, Any]:
        document = super().declaration()
        named = sorted(one.value for one in self.capabilities)
        streaming = {"buffered_output": False, "exposure_bound": EXPOSURE_BOUND}
        document["surface"] |= {"capabilities": named, **streaming}
        return document

    async def run(self) -> RunRecord:
        assert self._scenario is not None
        (response,) = self._scenario.model_script
        try:
            await self._emit_start(self._scenario)
            found = RunRecord(RunOutcome.COMPLETED, await self._stream_reply(response))
        except InterceptionBlocked:
            found = RunRecord(RunOutcome.BLOCKED, None)
        return await self._shut_down(found)

    @property
    def _sender(self) -> tuple[InterceptionEmitter, AgentContextBuilder]:
        assert self._emitter is not None
        assert self._builder is not None
        return self._emitter, self._builder

    async def _emit_start(self, scenario: Scenario) -> None:
        (emitter, builder), said = self._sender, scenario.input
        await emitter.emit(builder.agent_startup(tools_registered=sorted(scenario.tools)))
        await emitter.emit(builder.input(content=said["content"], role=said["role"]))
        messages = [{"role": said["role"], "content": said["content"]}]
        await emitter.emit(builder.pre_model_call(model_id="mock", messages=messages))

    async def _stream_reply(self, response: ModelResponse) -> str:
        """Release each segment on its verdict; what no verdict covers is denied by the host."""
        emitter, builder = self._sender
        segments, truncated = self._stream["stream"], self._stream.get("stream_truncated", False)
        assembled = ""
        for number, segment in enumerate(segments, 1):
            assembled += segment
            if number == len(segments) and truncated:
                self._deny_residue(assembled)
            ends = response.finish_reason if number == len(segments) else "incremental"
            await emitter.emit(self._reply(assembled, ends))
            self.released += segment
            self.persisted.append(segment)
        await emitter.emit(builder.output(content=assembled))
        return assembled

    def _reply(self, content: str, finish_reason: str) -> dict[str, Any]:
        return self._sender[1].post_model_call(
            model_id="mock", content=content, tool_calls=[], finish_reason=finish_reason
        )

    def _deny_residue(self, assembled: str) -> None:
        """Put the host's own verdict on record; the package offers no other way to say one."""
        emitter, context = self._sender[0], self._reply(assembled, "stream_incomplete")
        own = _Outcome(Verdict.host_error(HostError.STREAMING_UNSUPPORTED))
        identity = emitter._compute_identity(context)
        raise InterceptionBlocked(emitter._append(emitter._finalize(context, own, identity)))

    async def _shut_down(self, found: RunRecord) -> RunRecord:
        emitter, builder = self._sender
        reason = "completed" if found.outcome is RunOutcome.COMPLETED else "error"
        await emitter.emit_unchecked(builder.agent_shutdown(reason=reason))
        results = emitter.results
        identities = [(one.input_identity, one.enforced_identity) for one in results]
        records = [one.to_wire() for one in results]
        return replace(found, identities=identities, records=records)
