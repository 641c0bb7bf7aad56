s = set()
print(s, repr(s), len(s), s.add(1), s.add(1), sorted(s))
s.update([2, 3], (4,), {5: "v"}, "")
print(sorted(s), s.discard(2), s.discard(99), s.remove(3), sorted(s), 4 in s, 2 in s, s.copy() == s, s.copy() is s)
s.intersection_update({1, 4, 9}, [4, 1])
print(sorted(s))
s.difference_update([1], [77])
s.symmetric_difference_update([4, 5, 6])
print(sorted(s), s.pop() in (5, 6), len(s), s.clear(), s)
print(set("hello") == set("ohell"), sorted(set([3, 1, 3])), sorted({*"ab", *"bc"}), {x % 3 for x in range(10)} == {0, 1, 2}, set(range(3)) == {0, 1, 2}, {1, True, 1.0}, set({"k": 1}), set(()), {None}, {(1, 2)}, {"only"}, {1.5})
for f in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {1}.remove("x"), lambda: {1}.add([]), lambda: {[]}, lambda: {{}}, lambda: set(5), lambda: set(1, 2), lambda: [] in {1}, lambda: {1}.remove([]), lambda: {1}[0], lambda: hash({1}), lambda: {1}.foo, lambda: {1}.add(), lambda: {1}.discard({}), lambda: {1}(), lambda: set([[]]), lambda: {1}.update(5), lambda: {1}.update(1, 2), lambda: {1}.pop(1), lambda: set(x=1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print({1} in [{1}], {frozenset([1]): "v"}[frozenset([1])], {1} in {frozenset([1])}, {2} in {frozenset([1])})
