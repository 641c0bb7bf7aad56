import time


def trace(f):
    def wrapper(*args, **kwargs):
        print("call", f.__name__, args, kwargs)
        result = f(*args, **kwargs)
        print("return", result)
        return result

    wrapper.__name__ = f.__name__
    wrapper.__wrapped__ = f
    return wrapper


def repeat(n):
    print("make repeat", n)

    def decorate(f):
        print("decorate", f.__name__)
        return lambda *a: [f(*a) for _ in range(n)]

    return decorate


@trace
def add(a, b=1):
    return a + b


print(add(1), add(2, b=3), add.__name__, add.__wrapped__(5))


@repeat(2)
@trace
def greet(name):
    return f"hi {name}"


print(greet("Ann"))
registry = {}


def register(*names, **options):
    def decorate(f):
        for n in names:
            registry[n] = (f, options)
        return f

    return decorate


@register("a", "b", level=3)
def handler():
    return "handled"


@register("c")
@lambda f: f()
def made_value():
    return lambda: "from lambda"


print(sorted(registry), registry["a"][0]() , registry["b"][1], registry["c"][0]())


def memoize(f):
    cache = {}

    def inner(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    inner.cache = cache
    return inner


@memoize
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache), fib.cache[10])
decorators = [trace, repeat]


@decorators[0]
def third(): return 3


third()


@(lambda f: 42)
def answer(): ...


@str
@type
def what(): ...


print(answer, what)
try:
    @5
    def bad(): ...
except TypeError as e:
    print(e)
