"""`specdsl serve`: AuthZEN questions and answers, over a real socket and under load."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

import specdsl
from specdsl.guard import Guard
from specdsl.guard.authzen import authzen_app, evaluate_many
from specdsl.guard.recorded_policy import RecordedHolder
from specdsl.records import open_log
from tests.guard.guarded import BrokenPolicy
from tests.guard.serving_load import SPECDSL, run_load

DOCS = """
spec docs "Who may do what to a document" version "3"
authority boss > user
principal user at user
fact action: {read, delete, share}
fact subject_role: {guest, staff}
fact resource_id: text
fact owner_agreed: bool? "the owner was asked"
fact hour: int 0..23?
decision access: allow > confirm > deny default deny
rule staff_read at boss "Staff read" when action is read and subject_role is staff
  then access is allow
rule owners at boss when action is delete and owner_agreed then access is allow
rule sharing at boss when action is share then access is confirm because "It cannot be undone"
"""


class Server:
    """A running server, and a connection to it."""

    def __init__(self, spec: Path, *options: str) -> None:
        command = [str(SPECDSL), "serve", str(spec), "--port", "0", "--interval", "0.05", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.port = int(self.line.partition("127.0.0.1:")[2].partition("/")[0])

    def request(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        """The status, the body and the headers of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, data, headers)
        response = connection.getresponse()
        text = response.read().decode()
        is_json = response.headers["content-type"] == "application/json"
        connection.close()
        return response.status, json.loads(text) if is_json else text, response.headers

    def evaluate(self, **parts: Any) -> dict[str, Any]:
        status, found, _ = self.request("/access/v1/evaluation", {**QUESTION, **parts})
        assert status == 200, found
        assert isinstance(found, dict)
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


QUESTION: dict[str, Any] = {
    "subject": {"type": "user", "id": "mia", "properties": {"role": "staff"}},
    "action": {"name": "read"},
    "resource": {"type": "document", "id": "d7"},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("served") / "docs.spec"
    path.write_text(DOCS, encoding="utf-8")
    found = Server(path, "--decision", "access", "--address", "https://pdp.example/")
    yield found
    found.stop()


def test_a_question_is_answered_with_its_reason(server: Server) -> None:
    found = server.evaluate()
    assert found["decision"] is True
    assert found["context"]["reason"] == "Allowed by `staff_read`: Staff read. (#rule-staff_read)"
    assert found["context"]["policy"]["version"] == "3"
    guest = {"type": "user", "id": "jon", "properties": {"role": "guest"}}
    assert server.evaluate(subject=guest)["decision"] is False


def test_what_a_person_has_to_confirm_is_not_allowed_yet(server: Server) -> None:
    found = server.evaluate(action={"name": "share"})
    assert (found["decision"], found["context"]["action"]) == (False, "ask")
    assert "It cannot be undone" in found["context"]["reason"]


def test_an_unknown_fact_that_decided_is_named(server: Server) -> None:
    found = server.evaluate(action={"name": "delete"})
    assert found["decision"] is False
    assert found["context"]["open_facts"] == [
        {"name": "owner_agreed", "outcomes": ["allow"], "words": "the owner was asked"}
    ]
    assert server.evaluate(action={"name": "delete"}, context={"owner_agreed": True})["decision"]


def test_instructions_are_those_of_the_context(server: Server) -> None:
    says = [{"by": "user", "effect": "access is allow"}]
    assert server.evaluate(action={"name": "delete"}, context={"says": says})["decision"]
    assert not server.evaluate(action={"name": "share"}, context={"says": says})["decision"]
    wrong = [{"by": "nobody", "effect": "access is allow"}]
    found = server.evaluate(action={"name": "delete"}, context={"says": wrong})
    assert "there is no such principal" in found["context"]["reason"]


def test_facts_that_do_not_fit_are_a_no_with_every_fault(server: Server) -> None:
    found = server.evaluate(action={"name": "burn"}, context={"hour": 25})
    assert found["decision"] is False
    assert "it has no member `burn`" in found["context"]["reason"]
    assert "hour: it is out of range" in found["context"]["reason"]
    twice = {"type": "document", "id": "d7", "properties": {"hour": 3}}
    found = server.evaluate(resource=twice, context={"hour": 4})
    assert "hour: two properties are this fact" in found["context"]["reason"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "{]",
            "the request cannot be read: it is no JSON: "
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ('{"action": {}, "action": {}}', "the request cannot be read: `action` is given twice"),
        ("[]", "the request is no JSON object"),
        ("[" * 100_000, "the request cannot be read: it is nested too deep"),
        ("{}", "`subject` is missing; `resource` is missing; `action` is missing"),
        ({**QUESTION, "action": {}}, "`action.name` is no text"),
        ({**QUESTION, "subject": {"type": "user"}}, "`subject.id` is no text"),
        ({**QUESTION, "context": []}, "`context` is no object"),
        ('{"x": "' + "y" * (1 << 20) + '"}', "the request is larger than 1 MiB"),
    ],
)
def test_what_is_no_question_is_refused(server: Server, body: Any, why: str) -> None:
    status, found, headers = server.request("/access/v1/evaluation", body, **{"x-request-id": "q1"})
    assert (status, found, headers["x-request-id"]) == (400, why, "q1")


SHARE = {"action": {"name": "share"}}


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        (None, [True, False, True]),
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_several_questions_in_one_request(
    server: Server, semantic: str | None, decisions: list[bool]
) -> None:
    options = {} if semantic is None else {"options": {"evaluations_semantic": semantic}}
    body = {**QUESTION, "evaluations": [{}, SHARE, {}], **options}
    status, found, _ = server.request("/access/v1/evaluations", body)
    assert status == 200
    assert [one["decision"] for one in found["evaluations"]] == decisions


def test_a_faulty_question_among_others_is_a_no(server: Server) -> None:
    body = {**QUESTION, "evaluations": [{"action": 3}, 4, {}]}
    _, found, _ = server.request("/access/v1/evaluations", body)
    assert [one["decision"] for one in found["evaluations"]] == [False, False, True]
    error = {"status": 400, "message": "`action` is no object"}
    assert found["evaluations"][0] == {"decision": False, "context": {"error": error}}
    _, found, _ = server.request("/access/v1/evaluations", {**QUESTION, "evaluations": []})
    assert found["decision"] is True


def test_an_answer_of_a_policy_that_raises_is_a_no() -> None:
    guard = Guard(BrokenPolicy())
    request = {**QUESTION, "action": {"name": "bash"}}
    found = evaluate_many(guard, {**request, "evaluations": [{}, {}]})["evaluations"]
    assert [one["decision"] for one in found] == [False, False]
    assert "the policy could not be asked (RuntimeError)" in found[0]["context"]["reason"]


def test_an_answer_whose_line_cannot_be_written_is_a_no(tmp_path: Path) -> None:
    (tmp_path / "docs.spec").write_text(DOCS, encoding="utf-8")
    holder, sink = specdsl.reload(tmp_path / "docs.spec", interval=None), open_log(tmp_path / "log")
    app = authzen_app(Guard(RecordedHolder(holder, sink), "access"))

    async def ask(path: str, body: Any) -> Any:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pdp") as client:
            return (await client.post(path, json=body)).json()

    assert asyncio.run(ask("/access/v1/evaluation", QUESTION))["decision"] is True
    sink.close()
    found = asyncio.run(ask("/access/v1/evaluation", QUESTION))
    assert found["decision"] is False
    assert found["context"]["reason"] == "Denied: the decision could not be recorded."
    body = {**QUESTION, "evaluations": [{}, {}]}
    several = asyncio.run(ask("/access/v1/evaluations", body))["evaluations"]
    assert [one["decision"] for one in several] == [False, False]


def test_metadata_name_the_endpoints(server: Server) -> None:
    status, found, _ = server.request("/.well-known/authzen-configuration")
    assert (status, found) == (
        200,
        {
            "policy_decision_point": "https://pdp.example",
            "access_evaluation_endpoint": "https://pdp.example/access/v1/evaluation",
            "access_evaluations_endpoint": "https://pdp.example/access/v1/evaluations",
        },
    )


def test_a_spec_that_does_not_pass_is_not_served(tmp_path: Path) -> None:
    path = tmp_path / "docs.spec"
    path.write_text(DOCS + "rule torn at boss when action is read then access is deny")
    command = [str(SPECDSL), "serve", str(path), "--decision", "access"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "`staff_read` and `torn` contradict each other" in found.stdout
    path.write_text(DOCS)
    found = subprocess.run([*command[:-1], "call"], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "the policy has no decision `call`; it has `access`" in found.stderr


def test_no_answer_is_wrong_torn_or_lost_while_policies_are_swapped() -> None:
    found = run_load(requests=1_000, clients=4, swaps=6)
    assert (found.wrong, found.lost, len(found.answered)) == ([], 0, 1_000)
    assert len(found.versions) > 1


def test_every_answer_is_in_the_log_of_servers_that_are_killed_while_they_swap() -> None:
    """Each server goes on with the log of the one before it."""
    found = run_load(requests=1_200, clients=4, swaps=9, kills=2)
    assert (found.wrong, found.lost) == ([], 0)
    assert 400 + 2 * 100 <= len(found.answered) < 1_200
    assert len(found.versions) > 3
