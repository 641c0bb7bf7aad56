# expect: Timeout
while True:
    d = {}
    d["self"] = d
    d["list"] = [d] * 10
