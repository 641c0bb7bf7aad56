# expect: ok
# What is left behind is freed in slices by the host.
live = [{"id": i, "tags": [str(i)]} for i in range(60_000)]
print("ok")
