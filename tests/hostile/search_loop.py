# expect: Timeout
haystack = "a" * 500_000
needle = "a" * 1_000 + "b"
while True:
    needle in haystack
