# expect: Limit | ok | SyntaxError
# generate: "x = 1\nif x == 0:\n    pass\n" + "elif x == 2:\n    pass\n" * 20000 + "print('ok')\n"
