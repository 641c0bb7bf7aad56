# expect: SyntaxError | Limit
# generate: "match 1:\n    case " + "[" * 10000 + "]" * 10000 + ":\n        pass\n"
