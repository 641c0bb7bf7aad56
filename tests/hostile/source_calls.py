# expect: Limit
# generate: "x" + "()" * 100000
