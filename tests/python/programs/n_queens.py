def solve(n):
    solutions = []

    def place(row, columns, diag, anti, board):
        if row == n:
            solutions.append(board[:])
            return
        for c in range(n):
            if c in columns or row + c in diag or row - c in anti:
                continue
            board.append(c)
            place(row + 1, columns | {c}, diag | {row + c}, anti | {row - c}, board)
            board.pop()

    place(0, frozenset(), frozenset(), frozenset(), [])
    return solutions


for n in range(1, 6):
    print(n, len(solve(n)))
for board in solve(5)[:2]:
    for c in board:
        print(" ".join("Q" if i == c else "." for i in range(5)))
    print()
