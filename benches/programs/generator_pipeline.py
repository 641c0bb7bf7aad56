"""Generator expressions chained into a pipeline."""


def main():
    numbers = range(600_000)
    squares = (n * n for n in numbers)
    odd = (n for n in squares if n & 1)
    scaled = (n % 1000 for n in odd)
    print(sum(scaled))
    print(max(len(word) for word in (str(n) for n in range(300_000))))
    print(any(n < 0 for n in (n - 1 for n in range(1, 400_000))))
    pairs = ((a, b) for a, b in zip(range(200_000), (n * 3 for n in range(200_000))) if a % 2 == b % 2)
    print(sum(b - a for a, b in pairs))


main()
