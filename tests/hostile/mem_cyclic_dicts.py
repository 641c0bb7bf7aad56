# expect: Timeout
# fuel: 60000000
while True:
    d = {}
    d["self"] = d
    d["list"] = [d] * 10
