# expect: Limit | ok
# generate: "match 1:\n    case 2" + " | 2" * 20000 + ":\n        pass\nprint('ok')\n"
