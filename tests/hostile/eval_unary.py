# expect: SyntaxError | MemoryError | RecursionError | OverflowError
# step: 1300000
# Compiling is one step, bounded by the tokens that a host which serves others compiles (limits.rs).
eval("-" * 300_000 + "1")
