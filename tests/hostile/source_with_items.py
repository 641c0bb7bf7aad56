# expect: SyntaxError | Limit | TypeError
# generate: "with (" + "1," * 30000 + "1):\n    pass\n"
