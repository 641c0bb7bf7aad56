# expect: RecursionError | ValueError | Memory | Timeout
# Every answer needs the callback again.
import json

json.dumps({1}, default=lambda value: [{len(str(value))}])
