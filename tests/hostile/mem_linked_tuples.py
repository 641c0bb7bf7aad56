# expect: Memory
x = ()
while True:
    x = (x,)
