# expect: Limit | ok
# generate: "def f(*a): pass\nf(" + "1," * 100000 + ")\nprint('ok')\n"
