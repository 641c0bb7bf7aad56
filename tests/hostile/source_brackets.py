# expect: SyntaxError | Limit
# generate: "(" * 100000 + "1" + ")" * 100000
