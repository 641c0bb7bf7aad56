try:
    try:
        {}["first"]
    except KeyError as first:
        raise ValueError("second") from first
except ValueError:
    [].pop()
