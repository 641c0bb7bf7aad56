# expect: ok
# generate: "\n" * 4000000 + "print('ok')\n"
