# expect: Timeout
# fuel: 60000000
# Half of the limit lives, and its members are replaced all the time.
live = [("value", i) for i in range(200_000)]
n = 0
while True:
    live[n % 200_000] = ("value", n)
    n += 1
