import sys


def main():
    try:
        return 0
    finally:
        print("main is done")


sys.exit(main())
