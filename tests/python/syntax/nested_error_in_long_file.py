import math


def area(r):
    return math.pi * r**2


def volume(r, h):
    return area(r) * h


def report(items):
    for name, (r, h) in items.items():
        print(name, volume(r, h)))


report({"can": (1, 2)})
