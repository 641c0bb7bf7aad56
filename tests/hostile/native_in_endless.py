# expect: Timeout
"x" in iter(int, 1)
