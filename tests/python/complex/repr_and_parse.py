inf, nan = float("inf"), float("nan")
for z in (0j, 1j, -1j, 1 + 1j, 1.5 - 2.5j, complex(0, -0.0), complex(-0.0, 0), complex(-0.0, -0.0), complex(inf, nan), complex(nan, -inf), 1e20 + 1e-5j, complex(0, 1e16)):
    print(z, repr(z), str(z))
for text in ["1", "1j", "j", "-j", "+J", "1+2j", " 1-2j ", "(1+2j)", " ( 3j ) ", "1e3-1e-3j", "inf+nanj", "-infj", "1_0+2_0j", ".5j"]:
    print(repr(text), complex(text))
for bad in ["", "1 + 2j", "1+", "j1", "1+2", "((1j))", "1+2jj", "abc", "1j+2"]:
    try:
        print(complex(bad))
    except ValueError as e:
        print(e)
print(complex(), complex(1), complex(1, 2), complex(1.5, -0.0), complex(real=1, imag=2), complex(imag=3), complex(1j, 1j), complex(True, False), complex(2 + 1j))
for args in [("1", 2), (1, "2"), (None,), ([],), (1, None)]:
    try:
        print(complex(*args))
    except TypeError as e:
        print(e)
