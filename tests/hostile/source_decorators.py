# expect: ok | Limit
# generate: "def d(f): return f\n" + "@d\n" * 20000 + "def g(): pass\nprint('ok')\n"
