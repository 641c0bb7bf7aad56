# expect: Timeout
def tree(n):
    if n == 0:
        return 1
    return tree(n - 1) + tree(n - 1)


tree(900)
