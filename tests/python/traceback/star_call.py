def f(*args, **kwargs):
    return args, kwargs


print(f(*[1], **{"a": 2}))
f(*[1, 2], **{"a": 1}, **{"b": 2, "a": 3})
