# expect: Timeout
# fuel: 40000000
import json

data = [{"k" + str(i): [i, i / 7, None, True]} for i in range(20_000)]
while True:
    json.dumps(data)
