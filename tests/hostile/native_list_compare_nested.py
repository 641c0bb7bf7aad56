# expect: Timeout
# 2**60 comparisons from sixty small lists.
a = [1]
b = [1]
for _ in range(60):
    a = [a, a]
    b = [b, b]
a == b
