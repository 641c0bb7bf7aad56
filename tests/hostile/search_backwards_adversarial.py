# expect: ok
haystack = "a" * 1_000_000
needle = "b" + "a" * 50_000
for _ in range(3):
    assert haystack.rfind(needle) == -1
    assert haystack.rsplit(needle) == [haystack]
    assert haystack.rpartition(needle)[1] == ""
    assert needle not in haystack
print("ok")
