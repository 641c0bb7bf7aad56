"""Records what CPython 3.13 says about each source of errors.json. Run with python3.13 in this directory."""

import json
import warnings

warnings.simplefilter("ignore")
with open("errors.json", encoding="utf-8") as f:
    rows = json.load(f)
for row in rows:
    try:
        compile(row["source"], "<test>", "exec")
    except SyntaxError as e:
        row["type"], row["message"], row["line"], row["column"] = type(e).__name__, e.msg, e.lineno, e.offset
    else:
        raise SystemExit(f"compiles: {row['source']!r}")
with open("errors.json", "w", encoding="utf-8") as f:
    json.dump(rows, f, indent=1, ensure_ascii=False)
    f.write("\n")
