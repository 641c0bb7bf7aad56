# Keys that are equal across types share a slot; unequal keys with equal hashes do not.
d = {}
for k in (1, 1.0, True, 1 + 0j, "1", b"1", (1,), frozenset([1]), None, 2**61 - 1 + 1, 0, 0.0, False, -0.0, "", (), 2**61 - 1):
    d[k] = d.get(k, 0) + 1
print(d, len(d))
modulus = 2**61 - 1
colliding = [i * modulus for i in range(200)]
print(len({hash(c) for c in colliding}), len(set(colliding)), len(dict.fromkeys(colliding)))
table = {c: i for i, c in enumerate(colliding)}
print(all(table[c] == i for i, c in enumerate(colliding)), table.get(200 * modulus), 5 * modulus in table)
for c in colliding[::2]:
    del table[c]
print(len(table), list(table.values())[:5], colliding[3] in table, colliding[4] in table)
print(hash(-1) == hash(-2), {-1: "a", -2: "b"}, {-1, -2} == {-2, -1}, len({-1, -2, -1.0, -2.0}))
print(hash(0.5) == hash(1 / 2), hash(2**61) == hash(1) or hash(2**61), hash(float(2**61)) == hash(2**61), {2**61: "x"}.get(float(2**61)))
s = {(i % 3, i % 2) for i in range(20)}
print(sorted(s), ((1, 0) in s), ((1.0, False) in s), (3, 0) in s)
nested = {((1, 2), (3, (4, 5))): "deep", ((1, 2), (3, (4, 6))): "other"}
print(nested[(1, 2), (3, (4, 5))], nested.get(((1.0, 2.0), (3, (4, 6)))))
print(hash((1, 2)) == hash((1.0, 2.0)), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), hash("é") == hash("\u00e9"), hash(b"a") == hash("a") or "may differ")
