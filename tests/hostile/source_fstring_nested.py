# expect: SyntaxError | Limit
# generate: "x = " + "f'{" * 1000 + "1" + "}'" * 1000
