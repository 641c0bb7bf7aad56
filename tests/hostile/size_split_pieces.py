# expect: ok
s = "a," * 200_000
for _ in range(3):
    parts = s.split(",")
    assert len(parts) == 200_001
assert len(("\n" * 500_000).splitlines()) == 500_000
assert len(("a b " * 100_000).split()) == 200_000
print("ok")
