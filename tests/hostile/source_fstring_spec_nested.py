# expect: SyntaxError | Limit
# generate: "x = f'" + "{1:" * 1000 + "}" * 1000 + "'"
