# expect: ok | Limit
# generate: "x = " * 100000 + "1\nprint('ok')\n"
