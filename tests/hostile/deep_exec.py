# expect: RecursionError
s = "exec(s)"
exec(s)
