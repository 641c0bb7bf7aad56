# expect: Timeout
exec("while True:\n    pass")
