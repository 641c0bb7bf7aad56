# expect: Limit | ok
# generate: "x = 1" + " + 1" * 100000 + "\nprint('ok')\n"
