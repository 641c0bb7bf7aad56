def run(source):
    exec(source)


run("x = 1\nprint('ran', x)")
run("y = 2\nz = (3 +\nprint(y)")
