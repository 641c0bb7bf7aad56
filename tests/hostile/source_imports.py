# expect: Limit | ok
# generate: "import sys\n" * 50000 + "print('ok')\n"
