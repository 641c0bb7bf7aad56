# expect: Limit
# generate: "x = {" + "1:2," * 200000 + "}"
