# Lazy iterators are pulled one element at a time through the whole pipeline.
log = []


def tag(name, value=None):
    def run(x):
        log.append(f"{name}{x}")
        return x if value is None else value(x)

    return run


numbers = map(tag("m"), range(10))
evens = filter(tag("f", lambda x: x % 2 == 0), numbers)
squares = (tag("g")(x) ** 2 for x in evens)
print(log)
print(next(squares), log)
print(next(squares), log)
log.clear()
print(any(x > 20 for x in squares), log)
print(list(zip(squares, "ab")), log[-4:])
log.clear()
pairs = ((a, b) for a in map(tag("a"), "xy") for b in map(tag("b"), (1, 2)))
print(next(pairs), log, list(pairs), log)


def take(n, it):
    return [x for _, x in zip(range(n), it)]


def count(start):
    state = [start - 1]

    def step():
        state[0] += 1
        return state[0]

    return iter(step, None)


print(take(5, count(3)), take(3, (n * n for n in count(1) if n % 3 == 0)), take(2, []))
def chunks(seq, n):
    it = iter(seq)
    return list(iter(lambda: tuple(x for _, x in zip(range(n), it)), ()))


print(chunks("abcdefg", 3), chunks([], 2))
total = 0
for i, x in enumerate(filter(lambda x: x % 7 == 0, count(1))):
    total += x
    if i == 9:
        break
print(total, sum(1 for _ in zip(count(0), range(100))), next(x for x in count(10) if x % 11 == 0))
