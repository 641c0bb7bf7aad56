def take(a, b):
    return a


value = [1, 2, 3]
total = sum(value) + take(value, b=take(1)) * 2
