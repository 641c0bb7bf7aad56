# expect: ok | Limit
# generate: "x = 0x" + "f" * 1000000 + "\nprint('ok')\n"
