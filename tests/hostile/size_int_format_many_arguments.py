# expect: Memory | MemoryError | ok
text = ("{:>1000}" * 100_000).format(*range(100_000))
print("ok")
