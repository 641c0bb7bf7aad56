def load(path):
    try:
        raise OSError(2, "cannot read")
    except OSError as e:
        e.add_note(f"while loading {path}")
        e.add_note("second note\nwith two lines")
        raise


load("settings.json")
