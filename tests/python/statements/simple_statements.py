pass; x = 1; y = 2; print(x, y);
if x: print("one line if"); y = 3
print(y)
if x == 2: pass
elif x == 1: print("elif")
else: print("else")
while x < 3: x += 1; print(x, end=" ")
print()
for i in range(2): print(i, end=" "); j = i
print(j)
try: 1 / 0
except ZeroDivisionError: print("one line except")
finally: print("one line finally")
def f(a): b = a * 2; return b
print(f(2))
"a bare string is fine"
5
...
[print(c, end="") for c in "ab"]
print()
if True:
    if False:
        print("no")
    elif 0:
        print("no")
    else:
        if 1:
            print("deep")
z = (1 +
     2 +
     3)
w = 1 + \
    2
print(z, w, [
    1,
    2,  # comment
    # another

    3,
])
def g(
    a,
    b=2,
    *args,
    c,  # trailing comma
):
	# a tab-indented body
	return a, b, args, c
print(g(1, c=3))
if 1:
        print("eight spaces")
if 1:
 print("one space")
print("a"   "b", 1if 1else 2, [x for x in(1, 2)])
a = b = c = d = 0; print(a, b, c, d)
print(1, 2, 3, sep="", ); print(*[1, 2], sep="-")
lambda: None
not 5
x = yield_ = 3
print(x, yield_, ~x, - -x, not not x, +-+x, 2 ** -1, -2 ** 2, 10 - -5)
