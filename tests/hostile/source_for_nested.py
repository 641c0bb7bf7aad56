# expect: SyntaxError | IndentationError | Limit
# generate: nest "for x in y:" * 2000
