# expect: ok
haystack = b"a" * 1_000_000
assert b"a" * 50_000 + b"b" not in haystack
assert haystack.find(b"b" + b"a" * 50_000) == -1
assert haystack.rfind(b"b" + b"a" * 50_000) == -1
assert haystack.count(b"a" * 50_000 + b"b") == 0
print("ok")
