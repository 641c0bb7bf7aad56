# expect: SyntaxError | MemoryError | RecursionError
eval("(" * 100_000 + "1" + ")" * 100_000)
