# expect: Timeout
# step: 1200000
# A text is encoded and decoded in one step each, which the memory limit bounds.
s = "é" * 2_000_000
while True:
    s.encode().decode()
