# expect: ok
haystack = "é" * 300_000
needle = "é" * 20_000 + "ü"
assert needle not in haystack
assert haystack.find(needle) == -1
assert haystack.rfind("ü" + "é" * 20_000) == -1
assert haystack.index("é" * 20_000, 1000) == 1000
print("ok")
