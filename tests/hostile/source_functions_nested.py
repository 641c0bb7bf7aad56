# expect: SyntaxError | IndentationError | Limit
# generate: nest "def f():" * 2000
