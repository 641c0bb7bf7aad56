# expect: Output
print(*range(64), sep="x" * (16 << 20))
