# expect: Limit
# generate: "x = 1" + " if 1 else 1" * 60000
