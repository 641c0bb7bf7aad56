import json

try:
    json.loads('{"a": }')
except json.JSONDecodeError as e:
    raise ValueError(f"bad reply at {e.pos}") from None
