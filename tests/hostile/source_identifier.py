# expect: ok
# generate: "x" * 1000000 + " = 1\nprint('ok')\n"
