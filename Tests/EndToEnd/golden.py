"""Golden transcripts: a request and its whole answer in one text file. GOLDEN_UPDATE=1 rewrites them."""

import os
import pathlib
import re

from server import Answer, Client

FOLDER = pathlib.Path(__file__).parent / "golden"
UPDATE = os.environ.get("GOLDEN_UPDATE") == "1"
HEADERS = ("content-type", "allow", "retry-after")
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def indented(body: bytes) -> str:
    """Compact JSON, a member a line. Tokens stay as they were sent, so equal transcripts mean equal bytes."""
    tokens = TOKEN.findall(body)
    if b"".join(tokens) != body:
        return body.decode()  # not compact JSON: as it is
    lines, line, depth = [], "", 0
    for index, token in enumerate(tokens):
        text = token.decode()
        empty = index + 1 < len(tokens) and tokens[index + 1] in (b"}", b"]")
        after_open = index > 0 and tokens[index - 1] in (b"{", b"[")
        if token in (b"{", b"["):
            line += text
            depth += 1
            if not empty:
                lines.append(line)
                line = "  " * depth
        elif token in (b"}", b"]"):
            depth -= 1
            if not after_open:
                lines.append(line)
                line = "  " * depth
            line += text
        elif token == b",":
            lines.append(line + ",")
            line = "  " * depth
        else:
            line += text + (" " if token == b":" else "")
    return "\n".join(lines + [line])


def transcript(method: str, target: str, answer: Answer) -> str:
    head = [f"{method} {target}", "", str(answer.status)]
    head += [f"{name}: {answer.headers[name]}" for name in HEADERS if name in answer.headers]
    return "\n".join(head + ["", indented(answer.body), ""])


def check(client: Client, name: str, target: str, method: str = "GET") -> Answer:
    answer = client.request(method, target)
    text, file = transcript(method, target, answer), FOLDER / f"{name}.txt"
    if UPDATE:
        file.write_text(text)
    assert file.exists(), f"no {file.name}: run with GOLDEN_UPDATE=1 and read what it wrote"
    assert text == file.read_text()
    return answer
