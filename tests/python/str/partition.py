for t, sep in [("a=b=c", "="), ("abc", "="), ("=", "="), ("", "="), ("a==b", "=="), ("x--y--z", "--")]:
    print(repr(t), t.partition(sep), t.rpartition(sep))
key, _, value = "name: Ann: Lee".partition(": ")
print(key, "|", value)
head, _, tail = "a/b/c".rpartition("/")
print(head, tail)
for f in (lambda: "a".partition(""), lambda: "a".rpartition(""), lambda: "a".partition(1), lambda: "a".partition(), lambda: "a".partition("a", "b")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
