# expect: TabError | IndentationError | SyntaxError
# generate: "if 1:\n\tx = 1\n        y = 2\n"
