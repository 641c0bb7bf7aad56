nums = [0, 1, -1, True, 2**63, -(2**63), 2**64, 10**30, 0.5, 1.0, -0.0, float("inf"), float("-inf"), 1e30]
for a in nums:
    print(a, [a < b for b in nums].count(True), [a == b for b in nums].count(True), [a >= b for b in nums].count(True))
print(2**53 == float(2**53), 2**53 + 1 == float(2**53), 2**53 + 1 > float(2**53), 2**53 + 1 < float(2**53 + 2))
print(10**400 > 1e308, 10**400 < float("inf"), -(10**400) > float("-inf"), 10**400 == float("inf"))
nan = float("nan")
print(1 == nan, 1 < nan, 1 > nan, 10**400 < nan, 10**400 != nan)
print(1 == 1 + 0j, 1 == "1", 1 != "1", 0 == None, 1 == [1])
for f in (lambda: 1 < "1", lambda: 1 > None, lambda: 1 <= [1], lambda: 1 >= 1j, lambda: "a" < 1, lambda: 2**70 < ()):
    try:
        print(f())
    except TypeError as e:
        print(e)
