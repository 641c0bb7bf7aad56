def use():
    return len([1, 2, 3])


print(use())
len = lambda x: "shadowed"
print(use(), len("abc"))
del len
print(use())
try:
    del len
except NameError as e:
    print(e)
list = [1, 2]
print(list, type(list).__name__)
del list
print(list("ab"))
def print_all(print=print, *args): print("args", args)
print_all(print, 1, 2)
sum = 0
for i in range(4):
    sum += i
print(sum)
del sum
print(sum([1, 2]))
print(__name__, __doc__, "__builtins__" in globals() or "ok")
import math as m, sys
print(m.sqrt(16), m.__name__, sys is sys)
def f(int): return int + 1
print(f(1), int("5"))
True_ = True
print([True for True_ in range(2)], True_)
_ = "underscore"
print(_)
for max in range(3): pass
print(max)
del max
print(max(1, 2))
id = id
print(id is not None, callable(id))
def outer():
    str = repr
    return [str(x) for x in "ab"], (lambda: str("c"))()
print(outer(), str(5))
