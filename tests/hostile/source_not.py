# expect: Limit
# generate: "not " * 100000 + "1"
