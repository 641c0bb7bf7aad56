cases = ["[][0]", "()[0]", "''[0]", "b''[0]", "range(0)[0]", "{}['k']", "{}[1]", "{}[('a', 1)]", "{}[None]", "{}['it\\'s']", "[].pop()", "set().pop()", "{}.popitem()", "{}.pop('x')", "{1}.remove(2)", "[1].remove(2)", "[].index(0)", "().index(0)", "'a'.index('b')", "range(3).index(7)", "[1][5]", "[1][-2]", "(1,)[3]", "'abc'[10]", "{'a': 1}['b']", "{1.5: 1}[2.5]", "{}[b'x']", "[[]][0][0]", "[1, 2][10**30]", "'%(x)s' % {}", "'{x}'.format()", "'{}'.format()", "globals()['nope']", "next(iter([]))", "max([])", "min({})", "bytes([1])[2]", "''.rindex('x')", "[0].index(1, 0, 1)", "{}[frozenset()]"]
for case in cases:
    try:
        print(eval(case))
    except Exception as e:
        print(f"{case:<22} {type(e).__name__}: {e} {e.args}")
l = [1]
for code in ("l[5] = 1", "del l[5]", "l[-5] = 1", "del l[-2]", "l.insert()", "del {}['x']", "l[1] += 1", "(1,)[0] = 2", "'a'[0] = 'b'", "{}['a'] += 1", "{}['a']['b'] = 1", "b'a'[0] = 1", "range(3)[0] = 1"):
    try:
        exec(code)
    except Exception as e:
        print(f"{code:<22} {type(e).__name__}: {e}")
