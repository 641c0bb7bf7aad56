print([x for x in range(5)], [x * x for x in range(5) if x % 2], [x for x in "abc" if x != "b"], [(x, y) for x in range(3) for y in range(x)], [x for row in [[1, 2], [3]] for x in row], [[i * j for j in range(3)] for i in range(3)])
print([x for x in range(20) if x % 2 if x % 3], [x if x > 1 else -x for x in range(4)], [f(x) for f in (abs, str) for x in (-1, 2)], [x for x, in [(1,), (2,)]], [a + b for a, (b, c) in [(1, (2, 3))]], [h for h, *t in ["abc", "de"]], [*x, 0] if (x := [1]) else 0)
n = "outer"
print([n for n in range(3)], n, [n for _ in range(2)])
print([y := x * 2 for x in range(3)], y, [last for x in range(5) if (last := x) % 2 == 0], last)
print([[x for x in range(y)] for y in range(4)], [x for x in [y for y in range(3)]], [lambda: x for x in range(3)][0](), [i for i in range(5) if i in [j for j in range(3)]])


def f(items, k):
    return [[k * x for x in row] for row in items], [x for x in (lambda: items[0])()]


print(f([[1, 2], [3]], 10), [x for x in []], [0 for _ in range(3)], [None for _ in ""], [not x for x in (0, 1)], [(yield_, 1) for yield_ in "a"])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [sum(r) for r in matrix], [x for r in matrix for x in r if x % 2 == 0], [(i, j) for i in range(4) for j in range(i, 4) if i + j == 4])
primes = [p for p in range(2, 50) if all(p % d for d in range(2, int(p**0.5) + 1))]
print(primes, [w.capitalize() for w in "the quick fox".split()], [a or b for a, b in zip([0, 1, ""], ["x", "y", "z"])])
for code in ("[x for x in 5]", "[x for x in range(3) if x / 0]", "[a for a, b in [(1, 2, 3)]]", "[undefined for _ in [1]]", "[x for x in (1, 2) for y in x]"):
    try:
        eval(code)
    except Exception as e:
        print(code, type(e).__name__, e)
