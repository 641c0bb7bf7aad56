# expect: Limit
# generate: "x = " + "lambda: " * 100000 + "1"
