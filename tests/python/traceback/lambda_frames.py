double = lambda v: v * 2
apply = lambda f, v: f(f, v)
print(double(4))
print(sorted([3, 1], key=lambda v: apply(lambda g, w: w.nope, v)))
