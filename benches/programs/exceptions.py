"""Raising, catching and cleaning up."""


def parse(text):
    try:
        return int(text)
    except ValueError:
        return -1


def check(n):
    if n % 3 == 0:
        raise KeyError(n)
    return n


def main():
    inputs = ["12", "x", "7", "", "99"]
    total = 0
    for _ in range(60_000):
        for text in inputs:
            total += parse(text)
    caught = 0
    finished = 0
    for i in range(600_000):
        try:
            total += check(i)
        except KeyError as error:
            caught += error.args[0] & 1
        finally:
            finished += 1
    print(total, caught, finished)


main()
