numbers = iter([1])
print(next(numbers))
next(numbers)
