# expect: SyntaxError | Limit
# generate: "(" * 5000 + "a" + ",)" * 5000 + " = 1"
