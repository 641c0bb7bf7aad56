# expect: Limit
# Blank lines are tokens, too, and a host that serves others bounds those.
# generate: "\n" * 4000000 + "print('ok')\n"
