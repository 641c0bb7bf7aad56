# expect: Output
print("x" * 30_000_000)
