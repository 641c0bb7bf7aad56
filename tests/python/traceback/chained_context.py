def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return table.default


lookup({}, "name")
