a = 123456789012345678901234567890
b = 987654321098765432109876543210
print(a + b, a - b, b - a, a * b)
print(b // a, b % a, -b // a, -b % a, b // -a, b % -a)
print(divmod(-b, a), divmod(b, -a))
limit = 2**63
for n in (limit - 1, limit, limit + 1, -limit, -limit - 1, -limit + 1):
    print(n, n + 1, n - 1, -n, n * 2, n * -1, abs(n))
print(limit - 1 + 1 == limit, limit - limit, (limit * limit) // limit == limit)
fact = 1
for i in range(1, 60):
    fact *= i
print(fact)
x, y = 0, 1
for _ in range(300):
    x, y = y, x + y
print(x)
print((10**50 + 1) * (10**50 - 1) == 10**100 - 1)
print(sum(10**i for i in range(40)))
print(-(-(10**25)), +(10**25), ~(10**25))
