# expect: SyntaxError | Limit
# generate: "(x := " * 50000 + "1" + ")" * 50000
