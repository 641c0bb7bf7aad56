# expect: Timeout
0 in (1 for _ in iter(int, 1))
