"""Splitting, joining, replacing and testing text."""


def clean(line):
    fields = [field.strip() for field in line.split(";")]
    name = fields[0].title().replace("-", " ")
    city = fields[1].upper()
    code = fields[2].zfill(6)
    if not code.isdigit() or city.startswith("X"):
        return None
    return ";".join([name, city, code])


def main():
    lines = [f" anna-{i % 50} ; city{i % 13} ; {i} " for i in range(130_000)]
    kept = []
    for line in lines:
        row = clean(line)
        if row is not None:
            kept.append(row)
    text = "\n".join(kept)
    text = text.replace("CITY1", "town").replace(" ", "_")
    found = 0
    for line in text.split("\n"):
        if line.find("town") > 0 and line.endswith("5"):
            found += line.count("_") + len(line.partition(";")[2])
    print(len(text), found)


main()
