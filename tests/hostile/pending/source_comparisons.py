# expect: Limit | ok
# generate: "x = 1" + " < 2" * 100000 + "\nprint('ok')\n"
