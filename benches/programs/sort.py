"""Sorting with and without a key."""


def pseudo_random(count, seed):
    values = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        values.append(seed)
    return values


def main():
    values = pseudo_random(150_000, 42)
    ascending = sorted(values)
    by_digits = sorted(values, key=lambda v: v % 1000)
    pairs = sorted([(v % 97, v) for v in values[:60_000]], reverse=True)
    words = sorted(["w" + str(v) for v in values[:60_000]])
    print(ascending[1000], by_digits[1000], pairs[1000], words[1000])


main()
