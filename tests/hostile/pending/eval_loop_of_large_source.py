# expect: Timeout
# Compiling is work: it must be charged.
source = "x = 1\n" * 40_000
while True:
    exec(source)
    source = source + "\n"
