"""What redis-py does with a daemon. Arguments: the daemon's socket, that of one with a token, and the token."""

import asyncio
import sys
import threading

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    ExecAbortError,
    NoScriptError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

SOCKET, GUARDED, TOKEN = sys.argv[1:4]


def fails(kind, call, *words):
    try:
        found = call()
    except kind as error:
        assert all(word in str(error) for word in words), (str(error), words)
        return str(error)
    raise AssertionError(f"no error but {found!r}")


def values(r, protocol):
    assert r.ping() is True
    assert r.eval("2 + 3", 0) == 5
    assert r.eval("'é' * 3", 0) == "é".encode() * 3
    assert r.eval("bytes(range(256))", 0) == bytes(range(256))
    assert r.eval("None", 0) is None
    assert r.eval("print('hi')", 0) == b"hi\n"
    assert r.eval("[1, [b'x', None], ()]", 0) == [1, [b"x", None], []]
    assert r.eval("-2**63", 0) == -(2**63)
    if protocol == 3:
        assert r.eval("2**100", 0) == 2**100
        assert r.eval("[0.1, True, float('-inf')]", 0) == [0.1, True, float("-inf")]
        assert r.eval("{'a': {1: 2.5}}", 0) == {b"a": {1: 2.5}}
        assert sorted(r.eval("{1, 2, 3}", 0)) == [1, 2, 3]
    else:
        assert r.eval("2**100", 0) == str(2**100).encode()
        assert r.eval("[0.1, True, float('-inf')]", 0) == [b"0.1", 1, b"-inf"]
        assert r.eval("{'a': {1: 2.5}}", 0) == [b"a", [1, b"2.5"]]
        assert sorted(r.eval("{1, 2, 3}", 0)) == [1, 2, 3]
    assert r.eval("KEYS, ARGV", 2, "values", "k", "a", 1, 2.5) == [
        [b"values", b"k"],
        [b"a", b"1", b"2.5"],
    ]


def big_values(r, protocol):
    text = "x" * 3_000_000
    assert r.eval("len(ARGV[0])", 0, text) == len(text)
    assert r.eval("ARGV[0] + '!'", 0, text) == text.encode() + b"!"
    assert r.eval("list(range(50000))", 0) == list(range(50_000))
    fails(ResponseError, lambda: r.eval("list(range(70000))", 0), "RESULT")


def errors(r, protocol):
    fails(ResponseError, lambda: r.eval("1/0", 0), "PYERR ZeroDivisionError: division by zero")
    trace = r.execute_command("PY.TRACEBACK")
    assert trace.startswith(b"Traceback (most recent call last):"), trace
    fails(ResponseError, lambda: r.eval("1 +", 0), "SyntaxError")
    fails(ResponseError, lambda: r.eval("1", 7), "keys")
    fails(ResponseError, lambda: r.get("k"), "unknown command")
    fails(ResponseError, lambda: r.execute_command("PY.RUN", "while True: pass", "TIMEOUT", 50), "TIMEOUT")
    fails(ResponseError, lambda: r.execute_command("PY.RUN", "while True: pass", "FUEL", 1000), "FUEL")
    assert r.eval("'still here'", 0) == b"still here"


def scripts(r, protocol):
    r.script_flush()
    script = r.register_script("int(ARGV[0]) + len(KEYS)")
    # NOSCRIPT, and then redis-py loads it by itself.
    fails(NoScriptError, lambda: r.evalsha(script.sha, 0, 1), "")
    assert script(args=[1]) == 1
    assert r.script_exists(script.sha, "0" * 40) == [True, False]
    assert r.evalsha(script.sha, 1, "scripts", 5) == 6
    r.script_flush()
    assert script(keys=["scripts"], args=[2]) == 3
    # In a pipeline it asks what there is before, and loads what is missing.
    r.script_flush()
    with r.pipeline() as pipe:
        for at in range(10):
            script(keys=["scripts"], args=[at], client=pipe)
        assert pipe.execute() == list(range(1, 11))


def pipelines(r, protocol):
    with r.pipeline(transaction=True) as pipe:
        pipe.eval("1", 0).eval("'two'", 0).ping()
        assert pipe.execute() == [1, b"two", True]
    with r.pipeline(transaction=True) as pipe:
        pipe.eval("1", 0).eval("1/0", 0).eval("3", 0)
        first, second, third = pipe.execute(raise_on_error=False)
        assert (first, third) == (1, 3) and "ZeroDivisionError" in str(second)
    with r.pipeline(transaction=True) as pipe:
        pipe.eval("1", 0).execute_command("NONSENSE")
        fails((ExecAbortError, ResponseError), pipe.execute, "unknown command")
    with r.pipeline(transaction=False) as pipe:
        for at in range(2_000):
            pipe.eval(f"{at} % 7", 0)
        assert pipe.execute() == [at % 7 for at in range(2_000)]


def sessions(r, protocol):
    name = f"session-{protocol}"
    assert r.eval("n = 40\ndef add(x): return n + x", 1, name) is None
    assert r.eval("add(int(ARGV[0]))", 1, name, 2) == 42
    fails(ResponseError, lambda: r.eval("add(1)", 1, "another"), "NameError")
    with r.pipeline() as pipe:
        pipe.eval("n = 1", 1, name).eval("add(1)", 1, name)
        assert pipe.execute() == [None, 2]
    assert r.execute_command("PY.SESSION", "FORK", name, "copy") in (b"OK", True)
    assert r.eval("n += 1; n", 1, "copy") == 2
    assert r.eval("n", 1, name) == 1
    assert name.encode() in r.execute_command("PY.SESSION", "LIST")
    for each in (name, "copy", "another"):
        r.execute_command("PY.SESSION", "DROP", each)


def administration(r, protocol):
    assert r.info("server")["server_name"] == "pyrust"
    assert r.info()["connected_clients"] >= 1
    assert r.info("commandstats")["cmdstat_eval"]["calls"] > 0
    assert r.client_setname("a-name") in (True, b"OK")
    assert r.client_getname() in ("a-name", b"a-name")
    mine = [client for client in r.client_list() if client["id"] == str(r.client_id())]
    assert mine[0]["name"] == "a-name" and mine[0]["lib-name"].startswith("redis-py"), mine
    assert mine[0]["resp"] == str(protocol)
    assert r.config_get("maxclients").keys() == {"maxclients"}, r.config_get("maxclients")
    assert r.command_count() > 10
    assert "eval" in r.command()
    assert r.echo("said") == b"said"
    r.slowlog_reset()
    assert r.slowlog_len() == 0
    r.eval("n = 0\nwhile n < 2000000: n += 1", 0)
    assert r.slowlog_get(1)[0]["command"].startswith(b"EVAL n = 0")


def killing(r, protocol):
    other = redis.Redis(unix_socket_path=SOCKET, protocol=protocol)
    said = []
    waiting = threading.Thread(target=lambda: said.append(fails(ResponseError, lambda: r.eval("while 1: pass", 0))))
    waiting.start()
    while not any("run-age" in client for client in other.client_list()):
        pass
    assert other.script_kill() in (True, b"OK", "OK")
    waiting.join()
    assert "kill" in said[0].lower() or "cancel" in said[0].lower(), said
    other.close()


def hasty(protocol):
    # Its time-out closes the connection; what it asked for is not the answer to the next.
    r = redis.Redis(unix_socket_path=SOCKET, protocol=protocol, socket_timeout=0.2, retry=None)
    fails(TimeoutError, lambda: r.eval("import time\ntime.sleep(1)\n'late'", 0))
    assert r.eval("'in time'", 0) == b"in time"
    r.close()


def threads(protocol):
    pool = redis.Redis(unix_socket_path=SOCKET, protocol=protocol, decode_responses=True)
    wrong = []

    def work(number):
        for at in range(50):
            if pool.eval("'-'.join(ARGV)", 0, number, at) != f"{number}-{at}":
                wrong.append((number, at))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong, wrong
    pool.close()


async def at_once(protocol):
    r = redis.asyncio.Redis(unix_socket_path=SOCKET, protocol=protocol)
    answers = await asyncio.gather(*(r.eval(f"import time\ntime.sleep(0.01)\n{at}", 0) for at in range(50)))
    assert answers == list(range(50))
    async with r.pipeline() as pipe:
        assert await pipe.eval("1", 0).eval("2", 0).execute() == [1, 2]
    await r.aclose()


def tokens(protocol):
    r = redis.Redis(unix_socket_path=GUARDED, protocol=protocol, password=TOKEN)
    assert r.eval("2 + 3", 0) == 5
    r.close()
    for options in ({"password": "wrong"}, {}):
        # By itself it tries a refused password ten times over, for seconds.
        r = redis.Redis(unix_socket_path=GUARDED, protocol=protocol, retry=Retry(NoBackoff(), 0), **options)
        fails((AuthenticationError, ResponseError), lambda: r.eval("1", 0), "")
        r.close()


def addresses(protocol):
    r = redis.Redis.from_url(f"unix://{SOCKET}?db=0&protocol={protocol}")
    assert r.eval("1", 0) == 1
    r.close()


for protocol in (2, 3):
    r = redis.Redis(unix_socket_path=SOCKET, protocol=protocol, single_connection_client=True)
    for part in (values, big_values, errors, scripts, pipelines, sessions, administration, killing):
        print(f"RESP{protocol}: {part.__name__}", flush=True)
        part(r, protocol)
    r.close()
    for part in (hasty, threads, tokens, addresses):
        print(f"RESP{protocol}: {part.__name__}", flush=True)
        part(protocol)
    print(f"RESP{protocol}: at_once", flush=True)
    asyncio.run(at_once(protocol))
print(f"all of redis-py {redis.__version__}")
