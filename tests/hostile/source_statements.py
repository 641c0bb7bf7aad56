# expect: Limit
# generate: "x = 1\n" * 1000000
