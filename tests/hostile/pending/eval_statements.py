# expect: ok | SyntaxError | MemoryError | RecursionError | OverflowError
exec("x = 1\n" * 1_000_000)
print("ok")
