import json

for text in ["null", "true", "false", "0", "-0", "-0.0", "12345678901234567890123", "1.5", "1e5", "1E-2", "-1.5e+3", '""', '"abc"', r'"\" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude42"', '"é🙂"', "[]", "[ 1 , [2, 3 ] ]", "{}", '{"a": {"b": [1, null]}}', ' {"x" : 1 ,\n "y":\t2} ', '{"a": 1, "a": 2}', "NaN", "Infinity", "-Infinity", "[1e400, -1e400, 1e-400]", "123e0"]:
    print(text, "->", repr(json.loads(text)))
print(json.loads(b'{"bytes": "\xc3\xa9"}'), json.loads('"\\u0041"'), type(json.loads("1.0")).__name__, json.loads("[" * 50 + "]" * 50))
for bad in ["", " ", "nul", "tru", "[1,]", "[1 2]", "[", "[1", '{"a"}', '{"a":}', '{"a":1,}', "{a: 1}", "{'a': 1}", '"abc', '"a\nb"', '"\\x"', '"\\u12"', "01", "1.", ".5", "+1", "1 2", "[1]]", "--1", "-", "1e", '{"a" 1}', '{"a": 1 "b": 2}', '\n\n  [1,\n  oops]', "undefined", '{1: 2}', "[1,,2]", "{,}", '"\t"', "é"]:
    try:
        print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as e:
        print(f"{bad!r}: {e} | {e.msg} {e.pos} {e.lineno} {e.colno}")
for bad in (5, None, [], {"a": 1}):
    try:
        json.loads(bad)
    except TypeError as e:
        print(e)
print(issubclass(json.JSONDecodeError, ValueError), json.JSONDecodeError.__name__)
