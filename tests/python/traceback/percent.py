row = ("apple", 3)
print("%s costs %d" % row)
print("%s costs %d of %s" % row)
