# expect: RecursionError | ValueError
import json

json.loads("[" * 10**6)
