# expect: IndentationError | Limit
# generate: nest "if 1:" * 3000
