print(sorted([3, 1, 2]), sorted("hello"), sorted([3, 1, 2], reverse=True), sorted(["b", "A", "c"]), sorted(["b", "A", "c"], key=str.lower), sorted([]), sorted({3: 0, 1: 0}), sorted((True, 2, 0.5)))
data = [("a", 2), ("b", 1), ("c", 2), ("d", 1)]
print(sorted(data, key=lambda p: p[1]), sorted(data, key=lambda p: p[1], reverse=True), sorted(data, key=lambda p: (-p[1], p[0])))
a = [5, 2, 8, 1]
print(a.sort(), a, a.sort(reverse=True), a, a.sort(key=lambda x: x % 3), a, a.sort(key=None, reverse=0), a)
words = "the quick brown fox jumps over the lazy dog".split()
print(sorted(words, key=len), sorted(words, key=lambda w: (len(w), w)), sorted(set(words), key=lambda w: w[::-1]))
big = [(i * 7919) % 1009 for i in range(1009)]
print(sorted(big) == list(range(1009)), sorted(big, reverse=True)[:3], sorted(big, key=lambda x: -x)[-3:])
print(sorted([[2, 1], [1, 5], [1]]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([1.5, 1, 10**20, -1, 2**64, float("-inf")]), sorted([b"b", b"a"]), sorted([False, True, False]))
for f in (lambda: sorted([1, "a"]), lambda: sorted([None, 1]), lambda: sorted([1, 2], key=5), lambda: sorted(5), lambda: sorted([1j, 2j]), lambda: sorted([{}, {}]), lambda: [1].sort(5), lambda: sorted([1], lambda x: x), lambda: [1].sort(cmp=1), lambda: sorted(), lambda: sorted([1, 2], key=lambda: 0), lambda: sorted([3, 2], key=lambda x: 1 / 0), lambda: sorted([1], reverse="a"), lambda: sorted([2, 1], reverse=None)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
calls = []
sorted([3, 1, 2], key=lambda x: calls.append(x) or x)
print(calls)
