# expect: ok | Limit
# generate: "x = (" + "'a' " * 100000 + ")\nprint('ok')\n"
