# expect: Limit
# generate: "x" + ".a" * 100000
