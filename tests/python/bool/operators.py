def say(name, value):
    print("eval", name, end="; ")
    return value


print(say("a", 0) and say("b", 1))
print(say("a", 5) and say("b", ""))
print(say("a", 0) or say("b", []))
print(say("a", "x") or say("b", 1))
print(not say("a", 0), not say("b", "0"))
print(say("a", 0) and say("b", 1) or say("c", 2))
print(say("a", 1) or say("b", 1) and say("c", 2))
print((say("a", 0) or say("b", 0)) and say("c", 2))
print(not 1 == 2, not (1 and 0), not not 5)
print(1 and 2 and 3, 1 and 0 and 3, 0 or None or [], 0 or None or {} or "end")
print(None and 1 / 0, 1 or 1 / 0)
x = None
name = x or "default"
print(name, [] or "empty", [0] and "full")
print(all([]), any([]), all([1, [], 2]), any([0, "", 3]), all("abc"), any({0: 1}))
print(all(say(str(i), i) for i in (1, 2, 0, 4)), any(say(str(i), i) for i in (0, 3, 5)))
for f in (lambda: all(5), lambda: any(None), lambda: all(), lambda: any(1, 2)):
    try:
        f()
    except TypeError as e:
        print(e)
