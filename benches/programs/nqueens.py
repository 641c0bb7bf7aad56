"""Placing queens, counted by backtracking."""


def solve(n, row, columns, left, right):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        if columns[column] or left[row + column] or right[row - column + n]:
            continue
        columns[column] = left[row + column] = right[row - column + n] = True
        count += solve(n, row + 1, columns, left, right)
        columns[column] = left[row + column] = right[row - column + n] = False
    return count


def main():
    for n in (8, 9, 10, 11):
        print(n, solve(n, 0, [False] * n, [False] * (2 * n), [False] * (2 * n + 1)))


main()
