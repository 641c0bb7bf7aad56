def identity(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]


def power(m, n):
    result = identity(len(m))
    while n:
        if n & 1:
            result = multiply(result, m)
        m = multiply(m, m)
        n >>= 1
    return result


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    return sum((-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1 :] for row in m[1:]]) for j in range(len(m)))


m = [[1, 2, 3], [0, 4, 5], [1, 0, 6]]
print(multiply(m, identity(3)) == m, multiply(m, m), power([[1, 1], [1, 0]], 90)[0][1])
print(determinant(m), determinant([[2]]), determinant([[i * j + i + (i == j) for j in range(5)] for i in range(5)]))
print([list(row) for row in zip(*m)], [row[::-1] for row in m], [list(r) for r in zip(*m[::-1])])
print([m[i][i] for i in range(3)], sum(m, []), max(map(max, m)), [max(col) for col in zip(*m)])
spiral, grid = [], [list(range(i, i + 4)) for i in range(0, 16, 4)]
while grid:
    spiral += grid.pop(0)
    grid = [list(r) for r in zip(*grid)][::-1]
print(spiral)
triangle = [[1]]
for _ in range(7):
    row = triangle[-1]
    triangle.append([1, *(a + b for a, b in zip(row, row[1:])), 1])
for row in triangle:
    print(" ".join(f"{x:^3}" for x in row).center(40).rstrip())
