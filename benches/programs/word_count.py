"""Counting words in a generated text."""

WORDS = "the quick brown fox jumps over a lazy dog while seven wizards brew potions of amber".split()


def make_text(lines):
    out = []
    seed = 7
    for _ in range(lines):
        words = []
        for _ in range(9):
            seed = (seed * 1103515245 + 12345) % 2147483648
            words.append(WORDS[(seed >> 8) % len(WORDS)])
        out.append(" ".join(words).capitalize() + ".")
    return "\n".join(out)


def count(text):
    counts = {}
    for line in text.splitlines():
        for word in line.split():
            word = word.strip(".,").lower()
            counts[word] = counts.get(word, 0) + 1
    return counts


def main():
    counts = count(make_text(50_000))
    for word, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]:
        print(f"{word:<10}{n:>8}")
    print(sum(counts.values()))


main()
