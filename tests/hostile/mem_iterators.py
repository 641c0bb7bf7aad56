# expect: Memory
it = iter([1])
while True:
    it = map(abs, it)
