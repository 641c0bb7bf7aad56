if (n := len("hello")) > 3:
    print(n)
data = iter([1, 2, 3, 0, 9])
while (x := next(data)) != 0:
    print(x, end=" ")
print(x, next(data))
print((y := 5) + y, [z := 1, z + 1, z * 10], (a := 1, b := 2), a, b, (c := d) if (d := 3) else None, f"{(w := 'fmt')}{w}")
total = 0
print([total := total + v for v in range(5)], total, any((hit := v) > 3 for v in [1, 5, 2]), hit, all((miss := v) < 3 for v in [1, 5, 2]), miss)


def f(v, default=(dd := 7)):
    return (inner := v * 2) + inner


print(f(3), dd, f((arg := 4)), arg, f(v=(kw := 1)), kw)


def scope():
    values = [last := i for i in range(3)]
    return last, values, (lambda: (q := 9) + q)()


print(scope())
print(not (m := 0), (m := m or 8), m, (p := 1) and (q := 2), p, q, [1, 2, 3][(i := 1)], {(k := "key"): (v := "val")}, k, v)
while chunk := "abcdef"[total : total + 2]:
    print(chunk)
    total += 2
text = "a=1;b=2"
print({(kv := part.split("="))[0]: kv[1] for part in text.split(";")}, kv)
print([r for v in range(6) if (r := v * v) % 2 == 0], (s := "x") * 3, s, x if (x := 5) else 0)
if not (found := {"a": 1}.get("b")):
    print(found)
print((t := 1,), t, (u := (1, 2)), u)
assert (asserted := True), "never"
print(asserted, 1 if (one := 1) == 1 else 2, -(neg := 5), neg, (g := lambda: 3)())
