def counter(start=0):
    n = start

    def bump(by=1):
        nonlocal n
        n += by
        return n

    def peek():
        return n

    def reset():
        nonlocal n
        n = start

    return bump, peek, reset


bump, peek, reset = counter(10)
other, *_ = counter()
print(bump(), bump(5), peek(), other(), reset(), peek())


def layers(a):
    def one(b):
        def two(c):
            nonlocal a
            a += 1
            return (a, b, c)

        return two

    return one


f = layers(1)(2)
print(f(3), f(4), f.__closure__ is not None, sorted(c.cell_contents for c in f.__closure__))
late = [lambda: i for i in range(3)]
early = [lambda i=i: i for i in range(3)]
print([g() for g in late], [g() for g in early])


def makers():
    out = []
    for i in range(3):
        def f(k=i):
            return k, i
        out.append(f)
    return out


print([g() for g in makers()])


def account(balance):
    def deposit(x):
        nonlocal balance
        balance += x
        return balance

    def withdraw(x):
        nonlocal balance
        if x > balance:
            raise ValueError(f"only {balance} left")
        balance -= x
        return balance

    return {"deposit": deposit, "withdraw": withdraw, "balance": lambda: balance}


acc = account(100)
print(acc["deposit"](50), acc["withdraw"](120), acc["balance"]())
try:
    acc["withdraw"](1000)
except ValueError as e:
    print(e)


def self_reference():
    def fact(n):
        return 1 if n == 0 else n * fact(n - 1)

    return fact


print(self_reference()(10))


def swap():
    x, y = 1, 2

    def do():
        nonlocal x, y
        x, y = y, x
        return x, y

    return do


s = swap()
print(s(), s(), s())
