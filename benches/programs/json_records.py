"""Making, writing, reading and summing records."""

import json


def make_orders(count):
    orders = []
    for i in range(count):
        orders.append(
            {
                "id": i,
                "customer": f"customer-{i % 97}",
                "paid": i % 3 == 0,
                "lines": [{"sku": f"sku{j}", "count": j + 1, "price": (i * 7 + j) / 4} for j in range(3)],
            }
        )
    return orders


def escape(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list):
        return "[" + ", ".join([write(item) for item in value]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join([escape(k) + ": " + write(v) for k, v in value.items()]) + "}"
    return repr(value)


def main():
    orders = make_orders(10_000)
    by_hand = write(orders)
    text = json.dumps(orders)
    totals = {}
    for order in json.loads(text):
        amount = sum(line["count"] * line["price"] for line in order["lines"])
        totals[order["customer"]] = totals.get(order["customer"], 0) + amount
    print(by_hand == text, len(text), len(totals), sum(totals.values()))


main()
