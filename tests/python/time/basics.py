import time

a = time.monotonic()
b = time.monotonic()
print(b >= a, type(a).__name__, time.perf_counter() <= time.perf_counter(), time.time() > 1.6e9, type(time.time()).__name__)
print(type(time.monotonic_ns()).__name__, time.monotonic_ns() <= time.monotonic_ns(), type(time.time_ns()).__name__, type(time.perf_counter_ns()).__name__)
print(time.sleep(0), time.sleep(0.0), time.sleep(False))
start = time.monotonic()
time.sleep(0.02)
print(time.monotonic() - start >= 0.0199)
start = time.perf_counter()
for _ in range(3):
    time.sleep(0.005)
print(time.perf_counter() - start >= 0.0149)
for f in (lambda: time.sleep(-1), lambda: time.sleep("a"), lambda: time.sleep(), lambda: time.sleep(None), lambda: time.sleep(1, 2), lambda: time.sleep(float("nan")), lambda: time.sleep(-0.5), lambda: time.time(1), lambda: time.nope, lambda: time.monotonic(5), lambda: time.sleep([])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def pause_in_nested(n):
    for i in range(n):
        try:
            time.sleep(0.001)
        finally:
            yield_order.append(i)


yield_order = []
pause_in_nested(3)
print(yield_order, [time.sleep(0.001) for _ in range(2)], sorted([2, 1], key=lambda x: time.sleep(0.001) or x))
