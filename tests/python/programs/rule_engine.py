import json
import sys

rules = json.loads("""[
  {"name": "big order", "when": "total > 100 and not vip", "then": {"discount": 5}},
  {"name": "vip", "when": "vip", "then": {"discount": 10, "free_shipping": true}},
  {"name": "bulk", "when": "any(q >= 10 for q in quantities)", "then": {"discount": "max(discount, 12)"}},
  {"name": "broken", "when": "undefined_field > 3", "then": {}},
  {"name": "typo", "when": "total >", "then": {}}
]""")


def apply(rules, order):
    result, fired, problems = {"discount": 0}, [], []
    for rule in rules:
        scope = {**order, **result}
        try:
            if eval(rule["when"], {"any": any}, scope) if "for" not in rule["when"] else eval(rule["when"], {**scope, "any": any}):
                for key, value in rule["then"].items():
                    result[key] = eval(value, {"max": max}, scope) if isinstance(value, str) else value
                fired.append(rule["name"])
        except (NameError, SyntaxError) as e:
            problems.append(f"{rule['name']}: {type(e).__name__}")
    return {**result, "fired": fired, "problems": problems}


for line in sys.stdin:
    order = json.loads(line)
    outcome = apply(rules, order)
    price = order["total"] * (100 - outcome["discount"]) / 100
    print(json.dumps({"id": order["id"], "price": round(price, 2), **outcome}, sort_keys=True))
