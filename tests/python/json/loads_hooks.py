import json

text = '{"a": 1, "b": [1.5, {"c": 2, "d": null}], "e": "x"}'
seen = []
print(json.loads(text, object_hook=lambda d: seen.append(sorted(d)) or tuple(sorted(d.items(), key=str))), seen)
print(json.loads(text, object_pairs_hook=lambda pairs: [k for k, v in pairs]), json.loads('{"x": 1, "x": 2}', object_pairs_hook=list), json.loads("{}", object_pairs_hook=list, object_hook=len))
print(json.loads("[1, 2.5, -3, 1e2]", parse_int=str, parse_float=lambda s: ("f", s)), json.loads("[NaN, Infinity, -Infinity]", parse_constant=lambda s: s.lower()), json.loads("[1]", parse_int=float), json.loads('{"n": 10}', parse_int=lambda s: int(s) * 2, object_hook=lambda d: d["n"]))
for f in (lambda: json.loads("[1]", parse_int=5), lambda: json.loads("{}", object_hook=5), lambda: json.loads("[1]", parse_int=lambda s: 1 / 0), lambda: json.loads("1.5", parse_float=int), lambda: json.loads("{}", nope=1), lambda: json.loads(), lambda: json.loads("1", "2")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
