def outer():
    def middle():
        def inner(n):
            return state[n]

        return inner(1) + inner(9)

    state = {1: "a"}
    return middle()


outer()
