# expect: SyntaxError | MemoryError | RecursionError | OverflowError
eval("-" * 300_000 + "1")
