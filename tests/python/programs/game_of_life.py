def step(cells):
    counts = {}
    for r, c in cells:
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                if dr or dc:
                    counts[r + dr, c + dc] = counts.get((r + dr, c + dc), 0) + 1
    return {p for p, n in counts.items() if n == 3 or n == 2 and p in cells}


def show(cells, rows, cols):
    return "\n".join("".join("#" if (r, c) in cells else "." for c in range(cols)) for r in range(rows))


glider = {(0, 1), (1, 2), (2, 0), (2, 1), (2, 2)}
world = glider
for generation in range(5):
    print(f"generation {generation}, {len(world)} alive")
    print(show(world, 6, 6))
    world = step(world)
four = glider
for _ in range(4):
    four = step(four)
print(four == {(r + 1, c + 1) for r, c in glider})
blinker = {(1, 0), (1, 1), (1, 2)}
print(step(step(blinker)) == blinker, step(blinker) != blinker, step(set()), step({(0, 0)}), sorted(step({(0, 0), (0, 1), (1, 0)})))
