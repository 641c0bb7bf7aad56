GRID = """
53467.91.
6.2195348
198.4256.
8597.1423
42685.791
7139248.6
96153728.
2.7419635
34528617.
"""


def parse(text):
    return [0 if ch == "." else int(ch) for ch in text if not ch.isspace()]


def candidates(cells, i):
    row, col = divmod(i, 9)
    top, left = row // 3 * 3, col // 3 * 3
    used = {cells[row * 9 + k] for k in range(9)} | {cells[k * 9 + col] for k in range(9)}
    used |= {cells[(top + r) * 9 + left + c] for r in range(3) for c in range(3)}
    return [d for d in range(1, 10) if d not in used]


def solve(cells):
    empty = [i for i, v in enumerate(cells) if v == 0]
    if not empty:
        return cells
    i = min(empty, key=lambda i: len(candidates(cells, i)))
    for d in candidates(cells, i):
        solved = solve(cells[:i] + [d] + cells[i + 1 :])
        if solved:
            return solved
    return None


cells = parse(GRID)
print(cells.count(0), "empty")
solution = solve(cells)
for r in range(9):
    if r % 3 == 0 and r:
        print("------+-------+------")
    row = solution[r * 9 : r * 9 + 9]
    print(" | ".join(" ".join(map(str, row[k : k + 3])) for k in (0, 3, 6)))
print(all(sorted(solution[r * 9 : r * 9 + 9]) == list(range(1, 10)) for r in range(9)), all(set(solution[c::9]) == set(range(1, 10)) for c in range(9)))
cells[3] = 5
print(solve(cells))
