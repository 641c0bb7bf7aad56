# expect: ok
# Quadratic with a naive search: 5 * 10**10 comparisons.
haystack = "a" * 1_000_000
needle = "a" * 50_000 + "b"
for _ in range(3):
    assert needle not in haystack
    assert haystack.find(needle) == -1
    assert haystack.count(needle) == 0
    assert haystack.replace(needle, "") == haystack
    assert haystack.split(needle) == [haystack]
    assert haystack.partition(needle)[1] == ""
print("ok")
