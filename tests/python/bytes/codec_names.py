# When the names of codecs and error handlers are looked at, and when they are looked up.
def attempt(*lines):
    for line in lines:
        try:
            print(line, "=", repr(eval(line)))
        except Exception as e:
            print(line, "->", type(e).__name__, e)


attempt("str(b'', 'unheard')", "b''.decode('unheard')", "b''.decode('utf-8', 'unheard')", "str(b'', errors='unheard')")
attempt("b'a'.decode('unheard')", "str(b'a', 'unheard')", "''.encode('unheard')", "bytes('', 'unheard')")
attempt("b'a'.decode('utf\\0')", "'a'.encode('utf\\0')", "b''.decode('utf\\0')", "str(b'a', 'utf8', 'str\\0')")
attempt("str('a', 'unheard')", "str(1, 'unheard')", "str(None, errors='unheard')", "str([], 'utf\\0')", "str(1, 2)")
