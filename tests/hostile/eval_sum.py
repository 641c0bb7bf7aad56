# expect: SyntaxError | MemoryError | RecursionError | OverflowError
# step: 1300000
# Compiling is one step, bounded by the tokens that a host which serves others compiles (limits.rs).
eval("+".join(["1"] * 500_000))
