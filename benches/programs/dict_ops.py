"""Dict inserts and look-ups with integer and string keys."""


def main():
    numbers = {}
    for i in range(500_000):
        numbers[i * 7 % 500_009] = i
    hits = 0
    for i in range(500_000):
        if i in numbers:
            hits += numbers[i]
    names = ["user" + str(i) for i in range(100_000)]
    ages = {}
    for name in names:
        ages[name] = len(name)
    total = 0
    for _ in range(4):
        for name in names:
            total += ages[name]
    print(hits, total, len(numbers))


main()
