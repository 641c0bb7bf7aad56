"""The sieve of Eratosthenes."""


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    n = 2
    while n * n <= limit:
        if flags[n]:
            for multiple in range(n * n, limit + 1, n):
                flags[multiple] = False
        n += 1
    return [n for n in range(limit + 1) if flags[n]]


def main():
    primes = sieve(3_000_000)
    print(len(primes), primes[-1])


main()
