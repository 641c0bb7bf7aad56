# Floor division and modulo round towards minus infinity; divmod agrees with both.
values = [7, -7, 1, -1, 0, 10**20, -(10**20), 2**63, -(2**63)]
for a in values:
    for b in [3, -3, 1, -1, 7, 2**40, -(10**19)]:
        q, r = a // b, a % b
        assert q * b + r == a
        assert (q, r) == divmod(a, b)
        print(a, b, q, r)
for expression in ["1 // 0", "1 % 0", "divmod(1, 0)", "10**30 // 0", "10**30 % 0", "0 // 0", "True % False"]:
    try:
        eval(expression)
    except ZeroDivisionError as e:
        print(expression, "->", type(e).__name__, e)
