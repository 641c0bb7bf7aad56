# expect: Timeout
"".join("" for _ in iter(int, 1) if False)
