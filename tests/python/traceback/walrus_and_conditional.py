def pick(d, key):
    return found if (found := d[key]) else d["default" if key else None].strip(1, 2)


pick({"a": 0, "default": "x"}, "a")
