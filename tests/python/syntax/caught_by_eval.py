# Syntax errors inside eval and exec are exceptions like any other.
for code in ["1 +", "(", "a b", "x = ", "def f(:", "f(a for a in b, c)", "'abc", "1 = 2", "return", "yield_ = = 3", "  indented", "if x:\npass", "[1, 2", "{1: }", "lambda: (", "0777", "a.1", "*x", "not", "import", "from x import", "del 1", "for x in", "while", "x +* y", "f(**a, *b)", "f(x=1, 2)", "raise from x", "with", "assert", "print 1", "else: pass", "\tx\n  y"]:
    try:
        exec(code)
        print(repr(code), "ran")
    except SyntaxError as e:
        print(f"{code!r:<24} {type(e).__name__}: {e.msg} | {e.lineno} {e.offset} {e.end_lineno} {e.end_offset} {e.text!r} {e.filename}")
    except Exception as e:
        print(f"{code!r:<24} {type(e).__name__}: {e}")
