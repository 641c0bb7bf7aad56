def remove():
    global cache
    del cache["x"], cache["y"]


cache = {"x": 1}
remove()
