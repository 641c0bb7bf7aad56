# expect: ok
import json

text = json.dumps("\u00e9\U0001f600\n" * 50_000)
assert len(json.loads(text)) == 150_000
print("ok")
