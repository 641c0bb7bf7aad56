z = 3.14159 - 2.71828j
for spec in ["", ".2f", "e", "g", "10.1f", "<20.2f", "^20.2f", ">20.2f", "+.1f", ",.1f", ".3", "*^25.1e", "20", ".0f", "n"]:
    print(repr(spec), repr(format(z, spec)), repr(format(1j, spec)))
for spec in ["020.2f", "=20", "d", "%", "x", "s", "z.1f"]:
    try:
        print(repr(spec), repr(format(z, spec)))
    except ValueError as e:
        print(repr(spec), e)
print(f"{1234567+1j:,}", f"{complex(0, -0.0)}", f"{-0.0+0j:.1f}", "%s %r" % (z, z))
for text in ("%d", "%f", "%x"):
    try:
        text % z
    except TypeError as e:
        print(e)
