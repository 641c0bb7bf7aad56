def push(heap, item):
    heap.append(item)
    i = len(heap) - 1
    while i and heap[i] < heap[(i - 1) // 2]:
        heap[i], heap[(i - 1) // 2] = heap[(i - 1) // 2], heap[i]
        i = (i - 1) // 2


def pop(heap):
    top, last = heap[0], heap.pop()
    if heap:
        heap[0] = last
        i = 0
        while (child := 2 * i + 1) < len(heap):
            if child + 1 < len(heap) and heap[child + 1] < heap[child]:
                child += 1
            if heap[i] <= heap[child]:
                break
            heap[i], heap[child] = heap[child], heap[i]
            i = child
    return top


def shortest(graph, start):
    distance, previous, heap = {start: 0}, {}, [(0, start)]
    while heap:
        d, node = pop(heap)
        if d > distance[node]:
            continue
        for neighbour, cost in graph.get(node, {}).items():
            if (new := d + cost) < distance.get(neighbour, float("inf")):
                distance[neighbour] = new
                previous[neighbour] = node
                push(heap, (new, neighbour))
    return distance, previous


def path(previous, node):
    return [*path(previous, previous[node]), node] if node in previous else [node]


graph = {"A": {"B": 7, "C": 9, "F": 14}, "B": {"C": 10, "D": 15}, "C": {"D": 11, "F": 2}, "D": {"E": 6}, "F": {"E": 9}, "G": {"A": 1}}
distance, previous = shortest(graph, "A")
for node in sorted(distance):
    print(node, distance[node], "->".join(path(previous, node)))
print("G" in distance)
heap, values = [], [(i * 37) % 101 for i in range(60)]
for v in values:
    push(heap, v)
print([pop(heap) for _ in values] == sorted(values), heap)
grid = ["S.#.....", "..#.###.", "....#..E", ".##...#."]
cells = {(r, c): ch for r, row in enumerate(grid) for c, ch in enumerate(row) if ch != "#"}
maze = {p: {q: 1 for q in ((p[0] + 1, p[1]), (p[0] - 1, p[1]), (p[0], p[1] + 1), (p[0], p[1] - 1)) if q in cells} for p in cells}
start, end = (next(p for p, ch in cells.items() if ch == x) for x in "SE")
distance, previous = shortest(maze, start)
route = set(path(previous, end)) - {start, end}
print(distance[end])
print("\n".join("".join("*" if (r, c) in route else ch for c, ch in enumerate(row)) for r, row in enumerate(grid)) if distance[end] < 0 else len(route))
