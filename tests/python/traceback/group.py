def validate(record):
    errors = []
    for field in ("name", "age"):
        try:
            record[field]
        except KeyError as e:
            errors.append(e)
    if errors:
        raise ExceptionGroup("invalid record", errors)


validate({"name": 1, "age": 2})
validate({})
