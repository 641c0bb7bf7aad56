# expect: SyntaxError | Limit
# generate: "$?!" * 300000
