import sys

counts = {}
lines = chars = 0
for line in sys.stdin:
    lines += 1
    chars += len(line)
    for word in line.lower().split():
        word = word.strip(".,;:!?\"'()")
        if word:
            counts[word] = counts.get(word, 0) + 1
print(lines, sum(counts.values()), chars)
for word, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:8]:
    print(f"{n:>4} {word:<10} {'*' * n}")
by_length = {}
for word in counts:
    by_length.setdefault(len(word), set()).add(word)
for size in sorted(by_length, reverse=True)[:3]:
    print(size, ", ".join(sorted(by_length[size])))
