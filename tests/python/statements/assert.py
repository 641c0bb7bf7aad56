assert True
assert 1, "message not evaluated" + str(1 / 1)
for code in ("assert False", "assert 0, 'text'", "assert [], [1, 2]", "assert None, None", "assert '', 5", "assert 1 == 2, f'{1} is not {2}'", "assert 0, (1, 'a')", "assert (lambda: 0)(), {}", "assert 0, 1/0", "assert 0, ValueError('inner')", "assert undefined"):
    try:
        exec(code)
        print(code, "passed")
    except Exception as e:
        print(code, "->", type(e).__name__, repr(str(e)), e.args)


def checked(x):
    assert isinstance(x, int) and x > 0, f"bad x: {x!r}"
    return x * 2


print(checked(4))
for x in (0, -1, "a"):
    try:
        checked(x)
    except AssertionError as e:
        print(e)
calls = []
try:
    assert calls.append("cond") or True, calls.append("msg")
    assert not calls.append("cond2") and False, calls.append("msg2") or "text"
except AssertionError as e:
    print(e, calls)
