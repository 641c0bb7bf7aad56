# expect: ok | SyntaxError | MemoryError | RecursionError | OverflowError
# step: 2000000
# Compiling is one step, bounded by the tokens that a host which serves others compiles (limits.rs).
exec("x = 1\n" * 1_000_000)
print("ok")
