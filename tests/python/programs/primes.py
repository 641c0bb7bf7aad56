def sieve(n):
    flags = bytes([1]) * (n + 1)
    flags = list(flags)
    flags[0:2] = [0, 0]
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = [0] * len(range(i * i, n + 1, i))
    return [i for i, f in enumerate(flags) if f]


def factor(n):
    out, p = {}, 2
    while p * p <= n:
        while n % p == 0:
            out[p] = out.get(p, 0) + 1
            n //= p
        p += 1 if p == 2 else 2
    if n > 1:
        out[n] = out.get(n, 0) + 1
    return out


def is_prime(n):
    if n < 2 or n % 2 == 0:
        return n == 2
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if a >= n:
            break
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


primes = sieve(500)
print(len(primes), primes[:10], primes[-3:])
for n in (360, 97, 1001, 2**20, 600851):
    print(n, " * ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in factor(n).items()))
print([n for n in range(2, 500) if is_prime(n)] == primes, is_prime(2**61 - 1), is_prime(2**61 + 1), is_prime(2**89 - 1))
print([(p, p + 2) for p in primes if p + 2 in set(primes)][:6])
print(sum(p for p in primes if str(p) == str(p)[::-1]))
