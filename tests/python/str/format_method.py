print("{} {}".format(1, "a"), "{0} {1} {0}".format("x", "y"), "{a} {b}".format(a=1, b=2), "{0} {name}".format("p", name="n"), "{{}} {{{0}}}".format(5), "".format(), "plain".format(1, 2))
print("{0[0]} {0[1]} {1[key]} {1[0]}".format([1, 2], {"key": "v", 0: "zero"}), "{0.real} {0.imag}".format(3 + 4j), "{a[b][c]}".format(a={"b": {"c": 9}}), "{[1]}".format("ab"))
print("{!r} {!s} {!a}".format("é", "é", "é"), "{0!r:>6}|{0:<6}|{0:^6}".format("ab"), "{:{}}|{:{w}.{p}}".format("x", 5, 3.14159, w=8, p=3), "{0:{1}{2}}".format(5, "0", 4))
print("{:d} {:x} {:,} {:.2f} {:e} {:%} {:>5} {:c}".format(1, 255, 12345, 1.5, 1.5, 0.5, "x", 65))
print("{0[a-b]} {0[ x ]}".format({"a-b": 1, " x ": 2}), "{:}".format(None), "{!s:}".format([1]), "{:>{width}}".format("r", width=4))
cases = [("{}", ()), ("{1}", ("a",)), ("{a}", ()), ("{", (1,)), ("}", (1,)), ("{0", (1,)), ("{!x}", (1,)), ("{!}", (1,)), ("{0} {}", (1, 2)), ("{} {0}", (1, 2)), ("{0.foo}", (1,)), ("{0[x]}", ([1],)), ("{0[5]}", ([1],)), ("{0[x]}", ({},)), ("{:d}", ("a",)), ("{0[}", (1,)), ("{0]}", (1,)), ("{0[1}", ([1, 2],)), ("{!r", (1,)), ("{:{:{}}}", (1, 2, 3)), ("{0!rr}", (1,)), ("{0[0]x}", ([1],)), ("{0.}", (1,)), ("{a}}", (1,))]
for template, args in cases:
    try:
        print(template.format(*args))
    except Exception as e:
        print(template, "->", type(e).__name__, e)
print("{x} {y}".format_map({"x": 1, "y": [2]}))
try:
    "{z}".format_map({})
except KeyError as e:
    print("KeyError", e)
for f in (lambda: "{}".format_map({}), lambda: "{a}".format_map(5), lambda: "{a}".format_map()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
