"""A stand-in for OpenAI's HTTP API on loopback: the same question always gets the same answer."""

import hashlib
import http.server
import json
import threading

MODEL = "gpt-4o-mini-2024-07-18"
CREATED = 1795354394

# question → answer, prompt tokens, completion tokens
ANSWERS = {
    "Hello, what can you help me with?": (
        "I can help you with a wide range of topics — answering questions, drafting text,\n"
        "explaining concepts, writing code, and much more. What would you like to explore?", 16, 40),
    "What is photosynthesis?": (
        "Photosynthesis is the process by which plants, algae, and some bacteria\n"
        "convert sunlight, water, and carbon dioxide into glucose and oxygen.", 13, 35),
    "How does it differ from cellular respiration?": (
        "While photosynthesis converts energy from light into stored chemical energy\n"
        "(glucose), cellular respiration does the reverse — it breaks down glucose.", 76, 37),
    "Give me a one-sentence summary of both processes.": (
        "Photosynthesis builds glucose from sunlight and CO₂, while cellular\n"
        "respiration breaks glucose down to release energy for the cell.", 144, 32),
}
# The recorded conversation of Tests/Fixtures/captures: 86 tokens in, 43 out.
RECORDED_ANSWERS = {
    "What is photosynthesis?": (
        "Photosynthesis is the process by which plants turn light, water and CO₂ into glucose and oxygen.", 7, 16),
    "How does it differ from cellular respiration?": (
        "Photosynthesis stores energy in glucose; cellular respiration releases it as ATP.", 30, 11),
    "Give me a one-sentence summary of both processes.": (
        "Photosynthesis builds glucose from sunlight and CO₂, while respiration breaks it down to release energy. 🌱",
        49, 16),
    '{"temp_c": 18, "sky": "clear"}': ("It is 18 C and clear in Paris.", 19, 8),
    "Why are leaves green?": ("Chlorophyll reflects green light — it absorbs red and blue.", 34, 12),
}
ERRORS = {
    "bad-model": (404, "The model `bad-model` does not exist", "model_not_found"),
    "rate-limited": (429, "Rate limit reached", "rate_limit_exceeded"),
}


def text_of(content) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if part.get("type") in ("text", "input_text", "output_text"))


def completion(request: dict, answers: dict = ANSWERS) -> tuple[dict, str, dict]:
    """The assistant message, why it ended, and the usage. A user's known question is answered; one that is not known
    is answered by calling the first tool, if there is any."""
    messages = request.get("messages", [])
    last = messages[-1] if messages else {"role": "user", "content": ""}
    question = text_of(last.get("content"))
    if request.get("tools") and last["role"] == "user" and question not in answers:
        tool = request["tools"][0]
        function = tool.get("function", tool)
        calls = [{
            "id": f"call_{len(messages)}", "type": "function",
            "function": {"name": function["name"], "arguments": json.dumps({"city": "Paris"})}}]
        return {"role": "assistant", "content": None, "tool_calls": calls}, "tool_calls", usage(26, 8)
    if question in answers:
        answer, prompt, output = answers[question]
        return {"role": "assistant", "content": answer}, "stop", usage(prompt, output)
    answer = f"Echo: {question}"
    return {"role": "assistant", "content": answer}, "stop", usage(7 + len(question) // 4, 1 + len(answer) // 4)


def usage(prompt: int, output: int) -> dict:
    return {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        model = request.get("model", "")
        if model in ERRORS:
            status, message, code = ERRORS[model]
            return self.answer(status, {"error": {"message": message, "type": "invalid_request_error", "code": code}})
        identity = self.server.next_identity()
        if self.path == "/v1/chat/completions":
            return self.chat(request, identity)
        if self.path == "/v1/embeddings":
            return self.embeddings(request)
        if self.path == "/v1/responses":
            return self.answer_responses(request, identity)
        return self.answer(404, {"error": {"message": f"no route {self.path}", "type": "invalid_request_error"}})

    def chat(self, request: dict, identity: str):
        message, reason, used = completion(request, self.server.answers)
        head = {"id": f"chatcmpl-{identity}", "created": CREATED, "model": MODEL, "system_fingerprint": "fp_fake"}
        if not request.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
            return self.answer(200, head | {"object": "chat.completion", "choices": [choice], "usage": used})
        head["object"] = "chat.completion.chunk"
        words = (message["content"] or "").split(" ")
        deltas = [{"role": "assistant", "content": ""}] + [
            {"content": word if index == len(words) - 1 else word + " "} for index, word in enumerate(words)]
        if message.get("tool_calls"):
            deltas = [{"role": "assistant", "content": None}, {
                "tool_calls": [call | {"index": index} for index, call in enumerate(message["tool_calls"])]}]
        chunks = [head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
        chunks.append(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if (request.get("stream_options") or {}).get("include_usage"):
            chunks.append(head | {"choices": [], "usage": used})
        self.stream([f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"])

    def embeddings(self, request: dict):
        texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
        rows = []
        for index, text in enumerate(texts):
            vector = [byte / 255 for byte in hashlib.sha256(str(text).encode()).digest()[:8]]
            rows.append({"object": "embedding", "index": index, "embedding": vector})
        count = sum(1 + len(str(text)) // 4 for text in texts)
        self.answer(200, {"object": "list", "data": rows, "model": request.get("model"),
                          "usage": {"prompt_tokens": count, "total_tokens": count}})

    def answer_responses(self, request: dict, identity: str):
        given = request.get("input", "")
        messages = [chat_message(item) for item in given] if isinstance(given, list) else [
            {"role": "user", "content": given}]
        message, _, used = completion(request | {"messages": messages}, self.server.answers)
        output = [{"id": f"fc_{identity}", "type": "function_call", "status": "completed", "call_id": call["id"]}
                  | call["function"] for call in message.get("tool_calls", [])]
        if message["content"] is not None:
            part = {"type": "output_text", "text": message["content"], "annotations": [], "logprobs": []}
            output.append({"id": f"msg_{identity}", "type": "message", "role": "assistant", "status": "completed",
                           "content": [part]})
        whole = {
            "id": f"resp_{identity}", "object": "response", "created_at": CREATED, "model": MODEL,
            "status": "completed", "error": None, "incomplete_details": None, "metadata": {},
            "instructions": request.get("instructions"), "parallel_tool_calls": True, "temperature": 1.0, "top_p": 1.0,
            "tool_choice": "auto", "tools": request.get("tools", []), "output": output,
            "usage": {"input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"],
                      "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
                      "total_tokens": used["total_tokens"]}}
        if not request.get("stream"):
            return self.answer(200, whole)
        begun = whole | {"status": "in_progress", "output": [], "usage": None}
        events = [{"type": "response.created", "response": begun}]
        for index, item in enumerate(output):
            events.append({"type": "response.output_item.added", "output_index": index, "item": item})
            for part in item.get("content", []):
                place = {"item_id": item["id"], "output_index": index, "content_index": 0}
                events += [
                    {"type": "response.content_part.added", "part": part | {"text": ""}, **place},
                    {"type": "response.output_text.delta", "delta": part["text"], "logprobs": [], **place},
                    {"type": "response.output_text.done", "text": part["text"], "logprobs": [], **place},
                    {"type": "response.content_part.done", "part": part, **place}]
            events.append({"type": "response.output_item.done", "output_index": index, "item": item})
        events.append({"type": "response.completed", "response": whole})
        self.stream([f"event: {event['type']}\ndata: {json.dumps(event | {'sequence_number': number})}\n\n"
                     for number, event in enumerate(events)])

    def stream(self, events: list[str]):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            data = event.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def answer(self, status: int, value: dict):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def chat_message(item: dict) -> dict:
    """An input item of the Responses API as a chat message."""
    if item.get("type") == "function_call_output":
        return {"role": "tool", "content": item["output"]}
    return {"role": item.get("role", "assistant"), "content": item.get("content", "")}


class FakeOpenAI(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: dict = ANSWERS):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self._lock, self._count = threading.Lock(), 0

    def next_identity(self) -> str:
        with self._lock:
            self._count += 1
            return f"fake{self._count:04d}"

    def handle_error(self, *_):
        """A client may hang up whenever it likes."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
