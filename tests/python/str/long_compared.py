for n in (10, 100, 5000, 300000):
    s = "x" * n
    print(hash(s) == hash("x" * n), hash(s.encode()) == hash(s), s in {"x" * n: 1}, s.encode() in {("x" * n).encode()}, (s, 1) in {("x" * n, 1)}, s == "x" * n, s < "x" * n + "y", s + "a" > s + "b", "x" * n <= s, [s] == ["x" * n], [s, 1] < ["x" * n, 2], s.encode() == b"x" * n)
