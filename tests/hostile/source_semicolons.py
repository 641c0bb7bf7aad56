# expect: Limit
# generate: "x=1;" * 500000
