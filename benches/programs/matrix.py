"""Matrix product with three nested loops."""


def make(rows, columns, seed):
    return [[(r * seed + c) % 17 for c in range(columns)] for r in range(rows)]


def product(a, b):
    rows = len(a)
    inner = len(b)
    columns = len(b[0])
    out = []
    for i in range(rows):
        row = []
        for j in range(columns):
            total = 0
            for k in range(inner):
                total += a[i][k] * b[k][j]
            row.append(total)
        out.append(row)
    return out


def main():
    a = make(170, 170, 3)
    b = make(170, 170, 5)
    c = product(a, b)
    print(sum(sum(row) for row in c), c[7][11])


main()
