"""List comprehensions and sums."""


def main():
    total = 0
    for turn in range(20):
        squares = [x * x for x in range(100_000)]
        odd = [x for x in squares if x % 2]
        total += sum(squares) - sum(odd) + len(odd) * turn
    print(total)


main()
