def run(expression, **names):
    return eval(expression, names)


print(run("a + b", a=1, b=2))
print(run("a + b * c", a=1, b=2))
