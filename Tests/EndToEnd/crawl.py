"""One fixed walk over every GET whose answer is a function of what is stored."""

from server import Client, segment, with_parameters

# Words of the captures and of the generated traffic.
QUESTIONS = ("photosynthesis OR weather", "question*", "the OR a OR what", '"what is"', "answer -question")
LISTS = ("projects", "sessions", "traces", "spans", "users")


def crawl(client: Client, page: int = 500) -> dict[str, tuple[int, bytes]]:
    """Path → status and body, whole and untouched. Routes that answer 404 to a known ID are part of it too."""
    seen: dict[str, tuple[int, bytes]] = {}

    def fetch(path: str, **parameters) -> dict | None:
        target = with_parameters(path, parameters)
        answer = client.request("GET", target)
        assert answer.status in (200, 404), f"{target}: {answer.status} {answer.body[:300]!r}"
        seen[target] = (answer.status, answer.body)
        return answer.json if answer.status == 200 else None

    def rows(path: str) -> list[dict]:
        found, cursor = [], None
        while True:
            answer = fetch(path, limit=page, **({"cursor": cursor} if cursor else {}))
            if answer is None:
                return []
            found += answer["data"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return found

    lists = {name: rows(f"/api/v1/{name}") for name in LISTS}
    for session in lists["sessions"]:
        root = f"/api/v1/sessions/{session['id']}"
        fetch(root)
        for part in ("conversation", "messages", "explain"):
            rows(f"{root}/{part}")
    for trace in lists["traces"]:
        root = f"/api/v1/traces/{trace['trace_id']}"
        detail = fetch(root)
        fetch(f"{root}/conversation")
        for span in detail["spans"]:
            fetch(f"{root}/spans/{span['span_id']}")
    keys = [attribute["key"] for attribute in rows("/api/v1/attributes")]
    for key in keys[:40]:
        rows(f"/api/v1/attributes/{segment(key)}/values")
    for metric in ("sessions", "traces", "tokens", "cost_usd", "errors", "latency"):
        fetch("/api/v1/timeseries", metric=metric, interval="30d")
    for sort in ("start_time", "-duration_ms", "-tokens", "cost_usd", "-error_count"):
        fetch("/api/v1/spans", limit=page, sort=sort, total="true")
    for question in QUESTIONS:
        for path in ("search", "sessions", "traces", "spans"):
            fetch(f"/api/v1/{path}", q=question, limit=page, total="true")
    for path in ("spans", "traces", "attributes"):
        fetch(f"/api/v1/{path}", filter='metadata.turn > 1 OR attributes."session.id":*', limit=page, total="true")
    for user in lists["users"]:
        fetch(f"/api/v1/users/{segment(user['user_id'])}", project=user["project"])
    return seen


def difference(left: dict, right: dict) -> str:
    """Where two walks differ, short; empty when they agree byte for byte."""
    lines = [f"only left: {path}" for path in left.keys() - right.keys()]
    lines += [f"only right: {path}" for path in right.keys() - left.keys()]
    for path in left.keys() & right.keys():
        if left[path] != right[path]:
            a, b = left[path][1], right[path][1]
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            lines.append(f"{path} at byte {at}:\n  {a[max(0, at - 80):at + 120]!r}\n  {b[max(0, at - 80):at + 120]!r}")
    return "\n".join(sorted(lines)[:12])
