# expect: Limit | ok
# generate: "def f():\n    global a" + ", a" * 50000 + "\nprint('ok')\n"
