cases = ["int('x')", "int('')", "int('1.5')", "int('z', 16)", "float('abc')", "complex('x')", "chr(-1)", "chr(2**30)", "ord('')", "bytes([300])", "bytes(-1)", "list(range(1, 5, 0))", "[1, 2].index(3)", "'a'.split('')", "''.join([1])", "'abc'.center(10, '--')", "[1, 2, 3][::0]", "pow(2, -1, 4)", "pow(2, 1, 0)", "(1).to_bytes(0, 'big')", "'{'.format()", "'%d' % 'x'", "format(1, 'zz')", "sum([[1]], 0)", "dict([(1, 2, 3)])", "dict(['a'])", "a, b", "zip([1], [], strict=True)", "max('')", "1 << -1", "round(float('nan'))", "int(float('inf'))", "'a' * -1", "[0] * (2**63)", "'ab' * (2**62)", "range(2**100)[0:5]", "b'\\xff'.decode()", "'\\u20ac'.encode('latin-1')", "bytes.fromhex('xy')", "float.fromhex('x')", "divmod(1, 0)", "1 % 0", "1.0 // 0", "0 ** -1", "2.0 ** 5000", "10 ** 400 * 1.0", "int('9' * 5000)", "[*range(3)].remove(9)", "'%c' % 'xx'", "'x'.zfill('a')", "eval('1 +')", "str(b'x', 'bad-codec')", "hash([])", "hash({1: 2})", "(1).__foo__", "bytes('x')", "None + 1", "slice(1)()", "exec('x = ')", "{1, []}", "frozenset([{}])", "-'a'", "not_defined + 1"]
for case in cases:
    try:
        result = eval(case)
        print(f"{case:<34} = {result if not hasattr(result, '__next__') else type(result).__name__}")
    except Exception as e:
        print(f"{case:<34} {type(e).__name__}: {e}")
