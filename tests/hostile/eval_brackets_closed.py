# expect: SyntaxError | MemoryError | RecursionError
# step: 1300000
# Compiling is one step, bounded by the tokens that a host which serves others compiles (limits.rs).
eval("(" * 100_000 + "1" + ")" * 100_000)
