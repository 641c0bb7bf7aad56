# expect: RecursionError | JSONDecodeError
import json

json.loads("[" * 10**6)
