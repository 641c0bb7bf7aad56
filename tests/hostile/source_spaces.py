# expect: ok
# generate: "x = 1" + " " * 4000000 + "\nprint('ok')\n"
