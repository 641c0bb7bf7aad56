# Strings and bytes that are put together a piece at a time.
for unit in ("ab", "aé", "x😀"):
    s = unit * 400_000
    t = s + s
    u = s + "end"
    v = "start" + s
    s += s
    s += "tail"
    print(len(t), len(u), len(v), len(s), u[-5:], v[:7], s[-6:], t == s[:-4], t.count(unit))
    w = t
    for i in range(50):
        w += str(i) + unit
    print(len(w), w[-8:], t[-2:], w.startswith(t))
    print(t.find("tail"), s.find("tail"), s.rfind(unit), s.index("tail"), unit + "tail" in s, "no" in s)
    print(len(s.strip(unit)), s.strip("tail" + unit) == "", len((" " * 200_000 + unit + "\u2003" * 70_000).strip()))
    b = t.encode()
    c = b + b
    print(len(b), len(c), c[: len(b)] == b, c.count(unit.encode()), c.find(b"tail"), (c + b"tail").rfind(b"tail"))
