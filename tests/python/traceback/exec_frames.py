code = """
def helper(n):
    return n / 0

helper(3)
"""
exec(code)
