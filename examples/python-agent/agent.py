"""An agent in Python 3.11 or newer, with the standard library alone.

It takes one task from its inbox, does it, arrives with the result at the sync point that the task names, waits for the
others there and prints everyone's results. It can be killed at any moment and started again: the task stays in the
inbox until it is acknowledged, and arriving twice with the same data counts once.

    MUSTER_URL=… MUSTER_TOKEN=… python3 agent.py
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

RETRIED_STATUSES = {429, 500, 502, 503, 504}
# How long a request is repeated while the service can't be reached; a restart takes seconds.
PATIENCE_SECONDS = 300
# The longest wait of one long poll that the service accepts.
WAIT_SECONDS = 20
TIMEOUT_SECONDS = 30
# Between two long polls, which may be answered at once, for example by a proxy.
POLL_PAUSE_SECONDS = 1


class MusterError(Exception):
    """Muster refused a request; `code` is stable, and docs/errors.md explains each."""

    def __init__(self, asked: str, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code: str | None = problem.get("code")
        super().__init__(f"{asked}: {status} {self.code}: {problem.get('detail')}")


class NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token to wherever the response says."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Muster:
    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._opener = build_opener(NoRedirects)

    def call(self, method: str, path: str, body: Any = None, idempotency_key: str | None = None) -> Any:
        """Sends a request until it is answered.

        Repeating is safe for reads, arrivals, failures and acknowledgements. Requests that create something need an
        `idempotency_key`, the same in every attempt.
        """
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, headers, method=method)
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        pause_seconds = 0.5
        while True:
            retry_after = None
            try:
                with self._opener.open(request, timeout=WAIT_SECONDS + TIMEOUT_SECONDS) as response:
                    return json.load(response)
            except HTTPError as error:
                if error.code not in RETRIED_STATUSES or time.monotonic() > gives_up_at:
                    raise MusterError(f"{method} {path}", error.code, problem_of(error)) from error
                retry_after = error.headers.get("Retry-After")
            except (OSError, HTTPException, ValueError):  # No connection, it was lost or took too long, or isn't JSON.
                if time.monotonic() > gives_up_at:
                    raise
            # Halved at random, so that agents that failed together don't return together.
            pause = pause_seconds * random.uniform(0.5, 1)
            time.sleep(float(retry_after) if retry_after and retry_after.isdigit() else pause)
            pause_seconds = min(2 * pause_seconds, 8)

    def listen(self, message_type: str) -> Iterator[dict[str, Any]]:
        """Messages of this type that aren't acknowledged yet, most urgent first; waits when there are none."""
        query = urlencode({"unacknowledged": "true", "type": message_type, "wait": WAIT_SECONDS, "limit": 1})
        while True:
            yield from self.call("GET", f"/v1/inbox?{query}")["items"]
            time.sleep(POLL_PAUSE_SECONDS)

    def acknowledge(self, message_id: str, data: Any) -> None:
        """Says that the message has been dealt with; its sender can read `data`."""
        self.call("POST", f"/v1/inbox/{quote(message_id, safe='')}/ack", {"data": data})

    def arrive(self, sync_point_id: str, data: Any) -> None:
        self.call("POST", f"{sync_point_path(sync_point_id)}/arrivals", {"data": data})

    def fail(self, sync_point_id: str, reason: str) -> None:
        self.call("POST", f"{sync_point_path(sync_point_id)}/failures", {"reason": reason})

    def wait(self, sync_point_id: str) -> dict[str, Any]:
        """Returns the sync point when it has ended, however long that takes."""
        while True:
            point = self.call("GET", f"{sync_point_path(sync_point_id)}?wait={WAIT_SECONDS}")
            if point["status"] != "waiting":
                return point
            time.sleep(POLL_PAUSE_SECONDS)

    def arrivals(self, sync_point_id: str) -> Iterator[dict[str, Any]]:
        """Who has arrived, with data, page after page."""
        cursor = None
        while True:
            query = urlencode({"limit": 100, **({"cursor": cursor} if cursor else {})})
            page = self.call("GET", f"{sync_point_path(sync_point_id)}/arrivals?{query}")
            yield from page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def send(self, recipient: str, content: dict[str, Any], idempotency_key: str) -> None:
        body = {"recipients": [recipient], "content": content}
        self.call("POST", "/v1/messages", body, idempotency_key)


def problem_of(error: HTTPError) -> dict[str, Any]:
    """The body of the response if it is a problem document (RFC 9457)."""
    try:
        problem = json.load(error)
    except (ValueError, OSError, HTTPException):
        return {}
    return problem if isinstance(problem, dict) else {}


def sync_point_path(sync_point_id: str) -> str:
    return f"/v1/sync-points/{quote(sync_point_id, safe='')}"


def count_words(text: Any) -> int:
    if not isinstance(text, str):
        raise ValueError("the text is missing")
    return len(text.split())


def do_task(muster: Muster, sync_point_id: str, text: Any) -> dict[str, Any]:
    """Arrives with the result, or says why there is none. Both can be repeated."""
    try:
        result = {"words": count_words(text)}
    except ValueError as error:
        muster.fail(sync_point_id, str(error))
        return {"error": str(error)}
    muster.arrive(sync_point_id, result)
    return result


def main() -> int:
    muster = Muster(os.environ["MUSTER_URL"], os.environ["MUSTER_TOKEN"])
    task = next(muster.listen("COUNT_WORDS"))
    sync_point_id = task["content"]["syncPointId"]
    try:
        result = do_task(muster, sync_point_id, task["content"].get("text"))
    except MusterError as error:
        # The others failed, or the deadline passed: nobody needs the result any more, and the task is over.
        if error.code not in ("sync-point.not-waiting", "sync-point.expired"):
            raise
        result = {"error": str(error)}
    point = muster.wait(sync_point_id)
    results = {arrival["agentId"]: arrival.get("data") for arrival in muster.arrivals(sync_point_id)}
    print(json.dumps({"status": point["status"], "results": results}))
    # The key is made from the task: if the task is done again, its sender still gets one message.
    muster.send(task["sender"]["id"], {"type": "TASK_DONE", "status": point["status"]}, f"done-{task['id']}")
    # Last, because what has been acknowledged isn't listed again.
    muster.acknowledge(task["id"], result)
    return 0 if point["status"] == "completed" else 1


if __name__ == "__main__":
    sys.exit(main())
