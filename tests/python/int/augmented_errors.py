def attempt(code):
    scope = {"n": 1, "s": "x", "l": [1], "none": None, "d": {}, "t": (1,)}
    try:
        exec(code, scope)
        print(code, "ok", scope["n"], scope["s"], scope["l"])
    except Exception as e:
        print(code, "->", type(e).__name__, e)


for op in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=", "@="):
    attempt(f"n {op} s")
    attempt(f"none {op} n")
attempt("s += n")
attempt("l += n")
attempt("l += s")
attempt("l *= l")
attempt("t += l")
attempt("d |= n")
attempt("d |= [(1, 2)]")
attempt("s -= s")
attempt("missing += 1")
