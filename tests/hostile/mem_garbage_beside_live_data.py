# expect: Timeout
# fuel: 60000000
# A collection has to look at the live data each time; it must do so in slices.
live = [[i] for i in range(300_000)]
while True:
    x = [[], []]
    x[0].append(x)
