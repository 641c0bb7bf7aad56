# A resource pool written with closures: every acquired resource is released whatever happens.
log = []


def pool(size):
    free, used = list(range(size)), []

    def acquire():
        if not free:
            raise RuntimeError(f"pool exhausted: {len(used)} in use")
        used.append(free.pop())
        log.append(f"+{used[-1]}")
        return used[-1]

    def release(r):
        used.remove(r)
        free.append(r)
        log.append(f"-{r}")

    def using(f, *args):
        r = acquire()
        try:
            return f(r, *args)
        finally:
            release(r)

    return acquire, release, using, lambda: (sorted(free), sorted(used))


acquire, release, using, state = pool(2)
print(using(lambda r, x: r * 10 + x, 3), state())
for bad in (0, "x", None):
    try:
        print(using(lambda r, d: 10 / d, bad))
    except (ZeroDivisionError, TypeError) as e:
        print("failed:", e, state())
try:
    using(lambda r: using(lambda q: using(print)))
except RuntimeError as e:
    print(e, state())
print(log)


def retry(times, f):
    errors = []
    for attempt in range(1, times + 1):
        try:
            result = f(attempt)
        except (ValueError, KeyError) as e:
            errors.append(e)
            continue
        except Exception as e:
            raise RuntimeError(f"fatal on attempt {attempt}") from e
        else:
            return result, len(errors)
        finally:
            log.append(attempt)
    raise ExceptionGroup("all attempts failed", errors)


def flaky(n):
    if n < 3:
        raise ValueError(f"try {n}")
    return "done"


print(retry(5, flaky))
for times, f in ((2, flaky), (3, lambda n: [].pop())):
    try:
        retry(times, f)
    except* ValueError as group:
        print(group.message, [str(e) for e in group.exceptions])
    except* RuntimeError as group:
        print([(str(e), repr(e.__cause__)) for e in group.exceptions])
print(log[-6:])
