# expect: ValueError | ok
import json

json.loads("1" * 100_000)
print("ok")
