# expect: ValueError
int("9" * 10**6)
