def forever(n):
    return forever(n + 1)


try:
    forever(0)
except RecursionError as e:
    print(type(e).__name__, str(e)[:32])
deepest = 0


def count(n):
    global deepest
    deepest = n
    count(n + 1)


try:
    count(1)
except RecursionError:
    print(950 < deepest <= 1000)


def a(n): return b(n)
def b(n): return a(n)


try:
    a(1)
except RecursionError as e:
    print(isinstance(e, RuntimeError), isinstance(e, Exception))
for i in range(3):
    try:
        (lambda f: f(f))(lambda f: f(f))
    except RecursionError:
        print("again", i)
depths = []


def unwinding(n):
    try:
        unwinding(n + 1)
    finally:
        depths.append(n)


try:
    unwinding(0)
except RecursionError:
    print(len(depths) > 900, depths[0] > depths[-1] == 0)
try:
    sorted([2, 1], key=lambda x: forever(x))
except RecursionError:
    print("through sorted")
try:
    list(map(forever, [1]))
except RecursionError:
    print("through map")
try:
    [forever(1) for _ in [1]]
except RecursionError:
    print("through a comprehension")
print("still alive", sum(range(10)))
