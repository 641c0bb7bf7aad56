# expect: RecursionError | JSONDecodeError | ok
import json

json.loads('{"a":' * 100_000 + "1" + "}" * 100_000)
print("ok")
