"""Counters, adders and composed functions."""


def counter():
    count = 0

    def step(by):
        nonlocal count
        count += by
        return count

    return step


def compose(f, g):
    return lambda x: f(g(x))


def main():
    step = counter()
    for i in range(1_200_000):
        step(i & 3)
    adders = [lambda x, n=n: x + n for n in range(10)]
    total = 0
    for i in range(120_000):
        for add in adders:
            total = add(total) & 0xFFFFFF
    pipeline = compose(compose(adders[1], adders[2]), compose(adders[3], adders[4]))
    for _ in range(150_000):
        total = pipeline(total) & 0xFFFFFF
    print(step(0), total)


main()
