# expect: ok
# generate: "#" + "x" * 8000000 + "\nprint('ok')\n"
