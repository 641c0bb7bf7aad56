payload = b"caf\xe9"
print(payload.decode("latin-1"))
payload.decode("utf-8")
