import sys

for code in ("with 5: pass", "with None as x: pass", "with 'a': pass", "with [1], 2: pass", "with len: pass", "with undefined: pass", "with {} as (a, b): pass", "with lambda: 0: pass"):
    try:
        exec(code)
    except Exception as e:
        print(code, "->", type(e).__name__, e)


def f():
    try:
        with 1 / 0:
            print("not reached")
    except ZeroDivisionError as e:
        return f"manager expression raised: {e}"
    finally:
        print("finally")


print(f())


def order():
    log = []
    try:
        with log.append("a") or 1, log.append("b") or 2:
            log.append("body")
    except TypeError as e:
        log.append(str(e)[:20])
    return log


print(order())
with sys.stdin as source:
    print(source is sys.stdin, source.read())
try:
    sys.stdin.read()
except ValueError as e:
    print(e)
