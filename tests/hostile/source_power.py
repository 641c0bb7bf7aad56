# expect: Limit
# generate: "x = 1" + " ** 1" * 100000
