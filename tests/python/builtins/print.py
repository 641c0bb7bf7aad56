import sys

print()
print(1, "a", None, 2.5, [1, "b"], ("c",), {"d": 1})
print("a", "b", sep="")
print("a", "b", sep="\n", end="!\n")
print("a", "b", sep=None, end=None)
print(*range(5), sep=", ")
print("x", end="")
print("y", end="\t")
print("z", flush=True)
print("to stderr", file=sys.stderr)
print("explicit", file=sys.stdout)
print("none file", file=None)
print(sep="-")
print("", "")
print("multi\nline", "é🙂")
print(print("inner"))
print("%s" % "x", "{}".format(1), f"{2}", sep="|")
for kwargs in ({"sep": 5}, {"end": b""}, {"foo": 1}, {"file": 5}, {"sep": []}):
    try:
        print("never", **kwargs)
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
p = print
p("alias", end=";\n")
list(map(print, "abc"))
[print(i, end=" ") for i in range(3)]
print()
print(sys.stdout.write("written\n"), sys.stdout.write(""), sys.stdout.flush())
print(sys.stderr.write("err é\n"))
try:
    sys.stdout.write(5)
except TypeError as e:
    print(e)
sys.stdout.writelines(["l1\n", "l2\n"])
for i in range(3):
    print("\r" + str(i), end="")
print("end")
