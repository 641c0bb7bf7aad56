# expect: Memory
x = None
n = 0
while True:
    x = (x, 1 << (1000 + n % 1000))
    n += 1
