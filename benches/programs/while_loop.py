"""A counting loop of three million turns."""


def main():
    i = 0
    total = 0
    while i < 3_000_000:
        total += i & 7
        i += 1
    print(total)


main()
