# expect: Timeout
import json


def default(value):
    while True:
        pass


json.dumps({"a": {1, 2}}, default=default)
