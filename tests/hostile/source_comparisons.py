# expect: Limit | ok
# step: 1000000
# A text without a jump backwards is run in one step, which its tokens bound.
# generate: "x = 1" + " < 2" * 100000 + "\nprint('ok')\n"
