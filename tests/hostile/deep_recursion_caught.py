# expect: ok
def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


for _ in range(50):
    assert 500 < depth(0) <= 1000
print("ok")
