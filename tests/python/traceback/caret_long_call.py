def configure(name, *, width, height, colour="red"):
    return name, width, height, colour


result = configure(
    "window",
    width=100,
    height=[50, 60][2],
    colour="blue",
)
