# expect: Timeout
a = "a" * 10_000_000
b = "a" * 9_999_999 + "a"
while a == b:
    pass
