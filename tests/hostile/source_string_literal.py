# expect: ok
# generate: "x = '" + "a" * 8000000 + "'\nprint('ok')\n"
