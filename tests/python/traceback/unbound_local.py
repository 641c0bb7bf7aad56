total = 10


def add(n):
    print("adding")
    total += n


add(5)
