def compose(*fs):
    def run(x):
        for f in reversed(fs):
            x = f(x)
        return x

    return run


def curry(f, n):
    def step(args):
        return lambda x: f(*args, x) if len(args) + 1 == n else step([*args, x])

    return step([])


def reduce(f, xs, *init):
    it = iter(xs)
    acc = init[0] if init else next(it)
    for x in it:
        acc = f(acc, x)
    return acc


def partial(f, *a, **k):
    return lambda *b, **m: f(*a, *b, **{**k, **m})


print(compose(str, abs, int)("-5"), compose()(7), curry(lambda a, b, c: a + b * c, 3)(1)(2)(3))
print(reduce(lambda a, b: a * b, range(1, 11)), reduce(lambda a, b: a + [b] if b not in a else a, [1, 2, 1], []), reduce(max, [3, 9, 4]))
print(partial(pow, 2)(10), partial(int, base=2)("101"), partial(print, "a", sep="-")("b", end="!\n"))
Y = lambda f: (lambda x: x(x))(lambda y: f(lambda *a: y(y)(*a)))
print(Y(lambda self: lambda n: 1 if n == 0 else n * self(n - 1))(10))
church = lambda n: lambda f: lambda x: x if n == 0 else f(church(n - 1)(f)(x))
add = lambda a, b: lambda f: lambda x: a(f)(b(f)(x))
print(add(church(3), church(4))(lambda v: v + 1)(0))
ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
print([ops[o](6, 3) for o in "+-*"], sorted(ops, key=lambda o: ops[o](2, 5)))
print(list(map(lambda f: f(4), [str, float, bool, lambda x: x**2, [1, 2, 3, 4, 5].__getitem__, "{}".format])))
try:
    reduce(lambda a, b: a, [])
except StopIteration as e:
    print("empty", e.value)
def apply_n(f, n, x): return x if n == 0 else apply_n(f, n - 1, f(x))
print(apply_n(lambda s: s + s[:1], 4, "ab"), apply_n(compose(lambda x: x * 2, lambda x: x + 1), 5, 0))
