"""More than can be taken: said at once, readers served meanwhile, over by itself."""

import concurrent.futures

import hostile
from hostile import MIB, PROTOBUF
from server import Steno
from test_http import Wire, head

LIMITS = ["--limit", "bodiesInFlightBytesMax=1MiB", "--limit", "bodyWaitSecondsMax=1"]


def test_overload_is_said_at_once_and_passes(data):
    with Steno(data, *LIMITS) as steno:
        def post(size: int):
            return steno.post("/v1/traces", hostile.sized(size), PROTOBUF)

        with Wire(steno) as greedy:
            # It takes the place of all bodies, and does not come.
            greedy.send(head(MIB, "Expect: 100-continue", media=PROTOBUF))
            assert greedy.answer()[0] == 100
            greedy.send(hostile.sized(MIB)[:1000])
            refused = post(200_000)
            assert refused.status == 503 and refused.headers["retry-after"] == "1"
            assert refused.content_type == PROTOBUF and refused.body[:2] == b"\x08\x0e"
            assert steno.get("/api/v1/sessions").status == steno.get("/readyz").status == 200
            assert post(20_000).status == 200, "a small body needs no place"
        assert post(200_000).status == 200, "it recovers without help"


def test_a_flood_leaves_memory_bounded_and_readers_served(data):
    body = hostile.sized(900_000)
    with Steno(data, *LIMITS) as steno:
        before = hostile.memory(steno, "VmRSS")
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            flood = [pool.submit(steno.post, "/v1/traces", body, PROTOBUF) for _ in range(200)]
            reads = [steno.get("/api/v1/traces").status for _ in range(50)]
            answers = [one.result() for one in flood]
        assert reads == [200] * 50
        assert {answer.status for answer in answers} <= {200, 503}
        assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status == 503)
        assert hostile.memory(steno, "VmHWM") - before < 128 * MIB
        assert steno.post("/v1/traces", body, PROTOBUF).status == 200
