a, b = {1, 2, 3, 4}, {3, 4, 5}
for name, value in [("or", a | b), ("and", a & b), ("minus", a - b), ("xor", a ^ b), ("union", a.union(b, [9], "x")), ("intersection", a.intersection(b, [3, 5])), ("difference", a.difference(b, (1,))), ("symmetric", a.symmetric_difference([1, 99])), ("union()", a.union()), ("intersection()", a.intersection())]:
    print(name, sorted(value, key=str), type(value).__name__)
print(a <= b, a < a, a <= a, {3} < b, b > {3}, a >= {1, 2}, a == {4, 3, 2, 1}, a != b, a.issubset(range(10)), a.issuperset([1]), a.isdisjoint(b), a.isdisjoint({9}), set() < a, set() <= set())
print({1, 2} == frozenset([1, 2]), {1} | frozenset([2]) == {1, 2}, type({1} | frozenset([2])).__name__, type(frozenset([2]) | {1}).__name__, {1, 2} < {1, 3}, {1, 2} > {1, 3}, {1.0} == {1}, {1} == [1])
c = {1, 2, 3}
alias = c
c |= {4}
c &= {2, 3, 4}
c -= {4}
c ^= {3, 7}
print(sorted(c), alias is c)
for f in (lambda: a | [1], lambda: a & "x", lambda: a - [1], lambda: a ^ 5, lambda: a < [1], lambda: a + b, lambda: a * 2, lambda: a.union(5), lambda: a.issubset(5), lambda: a.intersection([[]]), lambda: [1] | a, lambda: a <= 5, lambda: a.isdisjoint([[]])):
    try:
        print(f())
    except TypeError as e:
        print(e)
try:
    a |= [1]
except TypeError as e:
    print(e)
try:
    a -= "x"
except TypeError as e:
    print(e)
