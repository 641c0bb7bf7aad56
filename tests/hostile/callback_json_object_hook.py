# expect: Timeout
import json


def hook(value):
    while True:
        pass


json.loads('[{"a": 1}]', object_hook=hook)
