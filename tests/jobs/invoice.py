# Computes an invoice from a JSON order on standard input: tiers, discounts, taxes per rate, rounding in cents.
import json
import sys

TIERS = [(100, 10), (20, 5), (0, 0)]
TAX_PERCENT = {"standard": 19, "reduced": 7, "none": 0}


def cents(amount):
    """Amounts arrive as text such as "12.90" and are counted in cents: floats never touch money."""
    whole, _, fraction = amount.partition(".")
    if not whole.lstrip("-").isdigit() or len(fraction) > 2 or fraction and not fraction.isdigit():
        raise ValueError(f"not an amount: {amount!r}")
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 100 + sign * int(fraction.ljust(2, "0"))


def money(value):
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return f"{sign}{whole:,}.{rest:02}"


def percent_of(value, percent):
    """Commercial rounding: halves go away from zero."""
    scaled = abs(value) * percent
    rounded = (scaled + 50) // 100
    return rounded if value >= 0 else -rounded


def price_line(item):
    match item:
        case {"name": name, "price": price, "quantity": quantity, **extra} if quantity > 0:
            discount = next(percent for least, percent in TIERS if quantity >= least)
            rate = extra.get("tax", "standard")
            if rate not in TAX_PERCENT:
                raise KeyError(rate)
            gross = cents(price) * quantity
            return {"name": name, "quantity": quantity, "gross": gross, "off": percent_of(gross, discount), "percent": discount, "rate": rate}
        case {"name": name, "quantity": quantity}:
            raise ValueError(f"{name}: cannot bill a quantity of {quantity}")
        case _:
            raise ValueError(f"incomplete item: {json.dumps(item)}")


def invoice(order):
    lines, problems = [], []
    for item in order["items"]:
        try:
            lines.append(price_line(item))
        except (ValueError, KeyError) as problem:
            problems.append(f"{type(problem).__name__}: {problem}")
    bases = {}
    for line in lines:
        line["net"] = line["gross"] - line["off"]
        bases[line["rate"]] = bases.get(line["rate"], 0) + line["net"]
    voucher = min(cents(order.get("voucher", "0")), sum(bases.values()))
    taxes = {rate: percent_of(base, TAX_PERCENT[rate]) for rate, base in sorted(bases.items())}
    net = sum(bases.values())
    return lines, taxes, {"net": net, "tax": sum(taxes.values()), "voucher": -voucher, "total": net + sum(taxes.values()) - voucher}, problems


order = json.loads(sys.stdin.read())
lines, taxes, totals, problems = invoice(order)
print(f"INVOICE {order['number']:06d}".ljust(40) + order["date"].rjust(20))
print(f"for {order['customer']['name']}, {', '.join(order['customer']['address'])}")
print("=" * 60)
for n, line in enumerate(lines, 1):
    print(f"{n:>2}. {line['name']:<28.28}{line['quantity']:>5}{money(line['gross']):>14} {line['rate'][0]}")
    if line["off"]:
        print(f"{'quantity discount %d%%' % line['percent']:>35}{money(-line['off']):>16}")
print("-" * 60)
print(f"{'net':>40}{money(totals['net']):>11}")
for rate, tax in taxes.items():
    print(f"{f'{rate} rate {TAX_PERCENT[rate]}%':>40}{money(tax):>11}")
if totals["voucher"]:
    print(f"{'voucher':>40}{money(totals['voucher']):>11}")
print(f"{'TOTAL':>40}{money(totals['total']):>11}")
for problem in problems:
    print("not billed:", problem)
print(json.dumps({"number": order["number"], **totals}, sort_keys=True))
