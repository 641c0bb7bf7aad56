s = "hello world hello"
print(s.find("hello"), s.find("hello", 1), s.find("xyz"), s.find(""), s.find("", 5), s.find("", 17), s.find("", 18), s.find("o", 5, 7), s.find("o", -5), s.find("l", 2, -1))
print(s.rfind("hello"), s.rfind("hello", 0, 16), s.rfind("xyz"), s.rfind(""), s.rfind("", 0, 3), s.rfind("l"), s.rfind("l", None, 5))
print(s.index("world"), s.rindex("o"), s.index("", 3), s.find("hello", 100), s.find("h", -100, 100), s.find("h", 5, 2))
print(s.count("l"), s.count("hello"), s.count(""), s.count("", 3, 5), s.count("aa"), "aaaa".count("aa"), s.count("o", 5), "".count(""), "".count("a"), "abc".count("", 10))
u = "naïve café naïve"
print(u.find("é"), u.rfind("ï"), u.count("ï"), u.index("naïve", 1), "🙂a🙂".find("a"), "🙂a🙂".rfind("🙂"))
for f in (lambda: s.index("xyz"), lambda: s.rindex("xyz"), lambda: s.find(5), lambda: s.find(), lambda: s.count(None), lambda: s.find("a", "b"), lambda: s.index("a", 1.5), lambda: s.find("a", 1, 2, 3)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print("ell" in s, "" in s, "" in "", "xyz" not in s, "h" in "H")
try:
    5 in s
except TypeError as e:
    print(e)
