# expect: TypeError | ValueError
("{0" + "[0]" * 100_000 + "}").format([1])
