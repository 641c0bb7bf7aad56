def handle(command):
    match command:
        case [name, value] if int(value) > 0:
            return name
        case _:
            return None


print(handle(["a", "1"]), handle(["a", "0"]))
handle(["b", "one"])
