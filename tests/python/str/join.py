print(",".join(["a", "b", "c"]), "".join(["x", "y"]), ",".join([]), "-".join("abc"), ", ".join(("one",)), "x".join({"k": 1, "j": 2}), " ".join(str(i) for i in range(5)))
print("é".join("ab"), "🙂".join(["a", "b"]), "".join(["a"] * 5), "ab".join("é🙂"), "\n".join(["l1", "l2"]))
for f in (lambda: ",".join([1, 2]), lambda: ",".join(["a", None]), lambda: ",".join(5), lambda: ",".join(), lambda: ",".join(["a", b"b"]), lambda: ",".join("a", "b"), lambda: "".join([["a"]])):
    try:
        print(f())
    except TypeError as e:
        print(e)


def pieces():
    return (c * 2 for c in "abc")


print("|".join(pieces()), "".join(map(chr, range(97, 105))), "".join(reversed("abc")), "".join(sorted("hello")))
lines = ["%d: %s" % (i, "x" * i) for i in range(4)]
print("\n".join(lines))
print(len("".join("ab" for _ in range(1000))))
s = ""
for i in range(1000):
    s += str(i % 10)
print(len(s), s[:20], s[-5:])
