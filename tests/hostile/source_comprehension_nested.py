# expect: Limit | SyntaxError
# generate: "x = [1" + " for a in b" * 50000 + "]"
