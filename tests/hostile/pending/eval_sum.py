# expect: SyntaxError | MemoryError | RecursionError | OverflowError
eval("+".join(["1"] * 500_000))
