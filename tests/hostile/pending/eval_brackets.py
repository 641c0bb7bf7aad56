# expect: SyntaxError | MemoryError | RecursionError
eval("(" * 100_000)
