# expect: Limit
# generate: "x = " + "-" * 200000 + "1"
