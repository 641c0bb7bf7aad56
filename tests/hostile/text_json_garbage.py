# expect: JSONDecodeError
import json

json.loads('["' + "\\u0041" * 100_000)
