# expect: SyntaxError | Limit
# generate: "x = " + "9" * 1000000
