# An intersection stops asking once it has all: what comes after may be endless, or no key.
def noisy(*keys):
    return (print("gives", key) or key for key in keys)


print({1}.intersection(noisy(2, 1, 3)), {1}.issubset(noisy(2, 1, 3)), {1}.intersection([1, []]), {1}.issubset([1, []]))
print({1, 2}.intersection(noisy(1, 1, 2, 3)) == {1, 2}, {1, 2}.issubset(noisy(1, 1)), frozenset([1]).intersection(noisy(1, 2)))
print({1}.issubset(iter(lambda: 1, 0)), {1}.intersection(iter(lambda: 1, 0)))
s = {1}
s.intersection_update(noisy(1, 2))
print(s, {1}.intersection(noisy(1, 2), noisy(1, 2)), {1}.isdisjoint(noisy(1, 2)))
for attempt in (lambda: set().intersection([[]]), lambda: set().issubset([[]]), lambda: {1, 2}.issubset([1, []])):
    try:
        print(attempt())
    except TypeError as e:
        print(e)
print(set().issubset(noisy(1)), set().intersection(noisy(1)), {1}.issubset({1: 2}), {1}.issubset({1: 2}.keys()), {1} <= {1, 2})
