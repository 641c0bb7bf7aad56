def f():
    raise "just a string"


f()
