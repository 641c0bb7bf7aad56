# expect: Timeout
eval("sum(1 for _ in iter(int, 1))")
