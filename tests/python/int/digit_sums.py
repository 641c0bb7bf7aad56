# Arithmetic that walks through the digits of small and very large numbers.
def digits(n):
    out = []
    n = abs(n)
    while True:
        n, d = divmod(n, 10)
        out.append(d)
        if not n:
            return out[::-1]


for n in (0, 9, 1234, -567, 2**100, 3**60):
    print(n, digits(n), sum(digits(n)))
print(sum(map(int, str(2**1000))))
print([n for n in range(1, 1000) if n == sum(d ** len(str(n)) for d in digits(n))])
palindromes = [a * b for a in range(90, 100) for b in range(a, 100) if str(a * b) == str(a * b)[::-1]]
print(sorted(set(palindromes)))


def to_base(n, base):
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    if n < 0:
        return "-" + to_base(-n, base)
    return alphabet[n] if n < base else to_base(n // base, base) + alphabet[n % base]


for base in (2, 3, 8, 16, 36):
    text = to_base(-123456789012345, base)
    print(base, text, int(text, base))
