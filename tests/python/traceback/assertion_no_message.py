x = 5
assert x > 1
assert x == 4
