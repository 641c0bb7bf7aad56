# expect: SyntaxError | Limit
# generate: "[" * 1000000
