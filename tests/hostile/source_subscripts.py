# expect: Limit
# generate: "x" + "[0]" * 80000
