# expect: Timeout
import json

text = "[" + ",".join(['{"a": [1, 2.5, "x"]}'] * 20_000) + "]"
while True:
    json.loads(text)
