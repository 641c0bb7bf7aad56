total = 0
while True:
    try:
        line = input()
    except EOFError:
        break
    total += int(line)
print("total", total)
value = input("one more: ")
