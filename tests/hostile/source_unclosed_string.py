# expect: SyntaxError
# generate: "x = '''" + "a\n" * 1000000
