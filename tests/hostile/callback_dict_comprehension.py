# expect: Timeout
{x: y for x in range(10**9) for y in range(10**9) if y < 0}
