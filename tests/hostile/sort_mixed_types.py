# expect: TypeError
sorted([1, "a"] * 10_000)
