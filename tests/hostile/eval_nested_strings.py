# expect: SyntaxError | RecursionError | MemoryError | ok
source = "1"
for _ in range(14):
    source = "eval(" + repr(source) + ")"
eval(source)
print("ok")
