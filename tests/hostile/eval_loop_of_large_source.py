# expect: Timeout
# step: 1300000
# Compiling is one step, bounded by the tokens that a host which serves others compiles (limits.rs).
# Compiling is work: it must be charged.
source = "x = 1\n" * 30_000
while True:
    exec(source)
    source = source + "\n"
