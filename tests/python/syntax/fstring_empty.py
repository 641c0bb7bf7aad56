print(f"nothing {}")
