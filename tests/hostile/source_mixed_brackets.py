# expect: SyntaxError | Limit
# generate: "x = " + "{1:[(" * 50000
