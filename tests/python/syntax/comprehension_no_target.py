[ for x in y]
