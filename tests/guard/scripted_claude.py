"""Claude Code as `claude-agent-sdk` brings it, with a scripted model in place of the service: an
HTTP server on this machine that answers with tool calls of a script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

Script = Sequence[tuple[str, dict[str, Any]]]
Event = tuple[str, dict[str, Any]]


def claude_program() -> Path | None:
    """The program of Claude Code, if the installed package has one for this machine."""
    import claude_agent_sdk

    found = Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"
    return found if found.is_file() else None


class ScriptedModel(ThreadingHTTPServer):
    """The server. `results` has what became of each call of the script, as the model was told."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.script = script
        self.results: list[dict[str, Any]] = []

    def environment(self, home: Path) -> dict[str, str]:
        return {
            "HOME": str(home),
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.server_address[1]}",
            "ANTHROPIC_API_KEY": "none",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
        }


@contextmanager
def scripted_model(script: Script) -> Iterator[ScriptedModel]:
    with ScriptedModel(script) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedModel

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def do_HEAD(self) -> None:
        self._send(b"", "text/plain")

    def do_GET(self) -> None:
        self._send(b"{}", "application/json")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        results = [part for message in body.get("messages", ()) for part in _tool_results(message)]
        if body.get("tools"):
            self.server.results = results
        done = len(results) if body.get("tools") else len(self.server.script)
        sent = "".join(
            f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"
            for name, data in _events(self.server.script, done)
        )
        self._send(sent.encode(), "text/event-stream")

    def _send(self, data: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _tool_results(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in message["content"] if isinstance(message["content"], list) else ():
        if part.get("type") == "tool_result":
            yield part


def _events(script: Script, done: int) -> Iterator[Event]:
    """The next call of the script, or a last word, as a stream of events."""
    message = {"id": "m", "type": "message", "role": "assistant", "model": "scripted"}
    usage = {"input_tokens": 1, "output_tokens": 1}
    ends: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None}
    yield "message_start", {"message": {**message, **ends, "usage": usage}}
    block: dict[str, Any] = {"type": "text", "text": ""}
    delta: dict[str, Any] = {"type": "text_delta", "text": "Done."}
    if done < len(script):
        name, arguments = script[done]
        block = {"type": "tool_use", "id": f"toolu_{done}", "name": name, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(arguments)}
    yield "content_block_start", {"index": 0, "content_block": block}
    yield "content_block_delta", {"index": 0, "delta": delta}
    yield "content_block_stop", {"index": 0}
    reason = "tool_use" if done < len(script) else "end_turn"
    yield "message_delta", {"delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage}
    yield "message_stop", {}
