s = "abcdefghij"
print(s[0], s[-1], s[3:6], s[:3], s[-3:], s[::2], s[::-1], s[8:2:-2], s[5:2], s[100:], s[:-100], s[-100:3], s[2:100:3])
print(s[None:None:None], s[True], s[False:True], s[slice(1, 4)], s[-1:-4:-1], repr(s[10:]), s[9::-3], s[:0:-1])
u = "añb€c🙂d"
print(len(u), u[1], u[3], u[5], u[::-1], u[1:6:2], u[-2], [c for c in u])
for f in (lambda: s[10], lambda: s[-11], lambda: s["a"], lambda: s[1.0], lambda: s[None], lambda: s[::0], lambda: s[1:"a"], lambda: ""[0], lambda: s[2**70], lambda: s[1, 2], lambda: s[()]):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    s[0] = "x"
except TypeError as e:
    print(e)
try:
    del s[0]
except TypeError as e:
    print(e)
try:
    s[1:2] = "x"
except TypeError as e:
    print(e)
print(s[2**70 :], s[-(2**70) : 2], s[:: 2**70], s[:: -(2**70)])
