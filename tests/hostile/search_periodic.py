# expect: ok
haystack = "ab" * 300_000
needle = "ab" * 20_000 + "c"
assert needle not in haystack
middle = "ab" * 20_000 + "b" + "ab" * 20_000
assert middle not in haystack
assert haystack.find("ba" * 20_000) == 1
print("ok")
