# expect: Timeout
def compose(f, g):
    return lambda x: f(g(x))


f = lambda x: x + 1
for _ in range(300):
    f = compose(f, lambda x: x - 1)
while True:
    f(1)
