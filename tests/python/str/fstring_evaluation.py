log = []


def note(x):
    log.append(x)
    return x


s = f"{note(1)} {note(2):{note(3)}} {note(4)!r}"
print(repr(s), log)


def outer():
    secret = "closed"

    def inner():
        return f"{secret=} {[secret for _ in range(2)]}"

    return inner


print(outer()())
width, precision, value = 12, 4, 12.3456789
print(f"[{value:{width}.{precision}}] [{value:<{width}.{precision}f}] [{value!r:^{width + 4}}]")
print([f"{i}:{c}" for i, c in enumerate("abc")], {f"k{i}": f"{i ** 2}" for i in range(3)})
for code in ['f"{undefined_name}"', 'f"{1/0}"', 'f"{5:s}"', 'f"{\'a\':d}"', 'f"{[1][3]}"', 'f"{None:5}"', 'f"{{}:5}"'.replace("{{}", "{ {}"), 'f"{(1,2):>10}"', 'f"{3.5:x}"']:
    try:
        print(eval(code))
    except Exception as e:
        print(code, "->", type(e).__name__, e)
table = [("apple", 1.5, 3), ("kiwi", 0.25, 12)]
for fruit, price, count in table:
    print(f"{fruit:<10}|{price:>8.2f}|{count:^5}|{price * count:>+9.3f}")
print(f"{'total':-<10}+{sum(p * c for _, p, c in table):->8.2f}")
print(f"{'%s' % 'x'} {'{}'.format(1)} {f'{2}'}", f"{'a' if 0 else f'{'b'}'}")
