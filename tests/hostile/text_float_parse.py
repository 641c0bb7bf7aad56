# expect: ok
assert float("1" * 100_000) == float("inf")
assert float("0." + "0" * 100_000 + "1") == 0.0
assert float("1" + "0" * 100_000 + "e-100000") == 1.0
print("ok")
