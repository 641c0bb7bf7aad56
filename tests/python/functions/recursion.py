def fact(n): return 1 if n == 0 else n * fact(n - 1)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def ackermann(m, n): return n + 1 if m == 0 else ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))
def is_even(n): return n == 0 or is_odd(n - 1)
def is_odd(n): return n != 0 and is_even(n - 1)
def flatten(x): return [z for y in x for z in flatten(y)] if isinstance(x, list) else [x]
def permutations(xs): return [[]] if not xs else [[x, *p] for i, x in enumerate(xs) for p in permutations(xs[:i] + xs[i + 1 :])]
def subsets(xs): return [[]] if not xs else [s + t for s in subsets(xs[1:]) for t in ([], [xs[0]])]
def gray(n): return [""] if n == 0 else ["0" + g for g in gray(n - 1)] + ["1" + g for g in reversed(gray(n - 1))]


print(fact(20), fact(50), [fib(i) for i in range(12)], ackermann(2, 3), is_even(100), is_odd(101))
print(flatten([1, [2, [3, [4, []]], 5]]), len(permutations([1, 2, 3, 4])), permutations("abc")[-1], subsets([1, 2, 3]), gray(3))


def hanoi(n, a="A", b="B", c="C"):
    return [] if n == 0 else hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)


moves = hanoi(4)
print(len(moves), moves[:3])


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(900))


def merge_sort(xs):
    if len(xs) < 2:
        return xs
    mid = len(xs) // 2
    left, right = merge_sort(xs[:mid]), merge_sort(xs[mid:])
    out = []
    while left and right:
        out.append((left if left[0] <= right[0] else right).pop(0))
    return out + left + right


print(merge_sort([5, 2, 9, 1, 5, 6, -3, 0]))
