# expect: Timeout
# fuel: 60000000
# All of it is garbage, so it must be collected and the run must live until its time is over.
while True:
    a = []
    b = [a]
    a.append(b)
