# expect: MemoryError | ValueError
"{:.1000000000f}".format(1.0)
