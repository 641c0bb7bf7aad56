# expect: ok | Limit
# generate: "x = " + "\\\n" * 500000 + "1\nprint('ok')\n"
