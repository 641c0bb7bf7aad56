# expect: Memory
d = {}
while True:
    d = {"next": d}
