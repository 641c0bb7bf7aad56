"""Edit distances between generated words."""


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def make_words(count):
    words = []
    seed = 11
    for _ in range(count):
        letters = []
        for _ in range(14):
            seed = (seed * 1103515245 + 12345) % 2147483648
            letters.append("abcdefgh"[(seed >> 16) % 8])
        words.append("".join(letters))
    return words


def main():
    words = make_words(120)
    total = 0
    for i, a in enumerate(words):
        for b in words[i + 1 :]:
            total += distance(a, b)
    print(total)


main()
