"""Specs that are made to cost much: shapes of any size, for `python -m tests.hostile`."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "authority owner\nprincipal someone at owner\n"
SHAPES: dict[str, Callable[[int], str]] = {}


def shape(make: Callable[[int], str]) -> Callable[[int], str]:
    SHAPES[make.__name__] = make
    return make


def dec(n: int = 2, name: str = "d") -> str:
    return f"decision {name}: {' > '.join(f'o{i}' for i in range(n))}\n"


def rule(i: int, when: str, then: str = "d is o1") -> str:
    return f"rule r{i} at owner when {when} then {then}\n"


@shape
def star_one(n: int) -> str:
    return HEAD + "fact a: text\n" + dec() + rule(1, f'a like "{"a?*" * n}"')


@shape
def star_q(n: int) -> str:
    return (
        HEAD
        + "fact a: text\n"
        + dec()
        + rule(1, f'a like "*a{"?" * n}"')
        + rule(2, f'a like "*b{"?" * n}"', "d is o0")
    )


@shape
def pats(n: int) -> str:
    return (
        HEAD
        + "fact a: text\n"
        + dec()
        + "".join(rule(i, f'a like "*w{i}*"', f"d is o{i % 2}") for i in range(n))
    )


@shape
def prefixes(n: int) -> str:
    return (
        HEAD
        + "fact a: text\n"
        + dec()
        + "".join(rule(i, f'a like "w{i}/*"', f"d is o{i % 2}") for i in range(n))
    )


@shape
def long_lit(n: int) -> str:
    return (
        HEAD
        + "fact a: text\n"
        + dec()
        + rule(1, f'a = "{"ab" * n}"')
        + rule(2, f'a like "{"ab" * n}*"')
    )


@shape
def ordered(n: int) -> str:
    return (
        HEAD
        + "fact a, b: text\n"
        + dec()
        + rule(1, 'a like "word*" and b > a')
        + rule(2, 'a like "*x*"', "d is o0")
    )


@shape
def ordered3(n: int) -> str:
    return (
        HEAD
        + "fact a, b, c: text\n"
        + dec()
        + rule(1, 'a like "word*" and b > a and c > b')
        + rule(2, 'a like "*x*" or b like "*y*"', "d is o0")
    )


@shape
def manytexts(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"t{i}" for i in range(n))
        + ": text\n"
        + dec()
        + rule(1, " and ".join(f"t{i} = t{i + 1}" for i in range(n - 1)))
    )


@shape
def manyord(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"t{i}" for i in range(n))
        + ": text\n"
        + dec()
        + rule(1, " and ".join(f"t{i} < t{i + 1}" for i in range(n - 1)))
    )


@shape
def doubling(n: int) -> str:
    return (
        HEAD
        + "fact x: number\n"
        + dec()
        + "define a0 = x\n"
        + "".join(f"define a{i + 1} = a{i} + a{i}\n" for i in range(n))
        + rule(1, f"a{n} > 3")
    )


@shape
def doubling_bool(n: int) -> str:
    return (
        HEAD
        + "fact x, y: bool\n"
        + dec()
        + "define a0 = x\n"
        + "".join(f"define a{i + 1} = (a{i} and y) or (a{i} and not y)\n" for i in range(n))
        + rule(1, f"a{n}")
    )


@shape
def doubling_if(n: int) -> str:
    return (
        HEAD
        + "fact x: number\nfact y: bool\n"
        + dec()
        + "define a0 = x\n"
        + "".join(f"define a{i + 1} = a{i} + 1 if a{i} > {i} else a{i} + 2\n" for i in range(n))
        + rule(1, f"a{n} > 3")
    )


@shape
def doubling_min(n: int) -> str:
    return (
        HEAD
        + "fact x, y: number\n"
        + dec()
        + "define a0 = x\n"
        + "".join(f"define a{i + 1} = min(a{i} + {i}, max(a{i}, y))\n" for i in range(n))
        + rule(1, f"a{n} > 3")
    )


@shape
def squares(n: int) -> str:
    return (
        HEAD
        + "fact x: number\n"
        + dec()
        + "define a0 = 123456789012345678901234567890\n"
        + "".join(f"define a{i + 1} = a{i} * a{i}\n" for i in range(n))
        + rule(1, f"x > a{n}")
    )


@shape
def fractions(n: int) -> str:
    return (
        HEAD
        + "fact x: number\n"
        + dec()
        + "define a0 = x / 3\n"
        + "".join(f"define a{i + 1} = a{i} / {3 + 2 * i}\n" for i in range(n))
        + rule(1, f"a{n} > 3")
    )


@shape
def conj(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"x{i}" for i in range(n))
        + ": bool\n"
        + dec()
        + rule(1, " and ".join(f"x{i}" for i in range(n)))
    )


@shape
def disj(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"x{i}" for i in range(n))
        + ": bool\n"
        + dec()
        + rule(1, " or ".join(f"x{i}" for i in range(n)))
    )


@shape
def parity(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"x{i}" for i in range(n))
        + ": bool\n"
        + dec()
        + "define p0 = x0\n"
        + "".join(
            f"define p{i} = (p{i - 1} and not x{i}) or (not p{i - 1} and x{i})\n"
            for i in range(1, n)
        )
        + rule(1, f"p{n - 1}")
        + rule(2, f"not p{n - 1}", "d is o1")
    )


@shape
def pigeon(n: int) -> str:
    h = n - 1
    return (
        HEAD
        + "fact "
        + ", ".join(f"p{i}_{j}" for i in range(n) for j in range(h))
        + ": bool\n"
        + dec()
        + rule(
            1,
            " and ".join("(" + " or ".join(f"p{i}_{j}" for j in range(h)) + ")" for i in range(n))
            + " and "
            + " and ".join(
                f"not (p{i}_{j} and p{k}_{j})" for j in range(h) for i in range(n) for k in range(i)
            ),
        )
    )


@shape
def outcomes(n: int) -> str:
    return (
        HEAD
        + "fact x, y: bool\n"
        + dec(n)
        + rule(1, "x", f"d is not o{n // 2}")
        + rule(2, "y", f"d in {{o1, o{n - 1}}}")
    )


@shape
def enum(n: int) -> str:
    return (
        HEAD
        + "fact e: {"
        + ", ".join(f"m{i}" for i in range(n))
        + "}\n"
        + dec()
        + rule(1, "e is m1")
        + rule(2, "e in {" + ", ".join(f"m{i}" for i in range(0, n, 2)) + "}", "d is o0")
    )


@shape
def enum_rel(n: int) -> str:
    return (
        HEAD
        + "fact e, f, g: {"
        + ", ".join(f"m{i}" for i in range(n))
        + "}\n"
        + dec()
        + rule(1, "e = f and f = g")
        + rule(2, "e is m1", "d is o0")
    )


@shape
def sets(n: int) -> str:
    return (
        HEAD
        + "fact s, u: set of {"
        + ", ".join(f"m{i}" for i in range(n))
        + "}\n"
        + dec()
        + rule(1, "s has any of u")
        + rule(2, f"size of s > {n // 2} and size of u < size of s", "d is o0")
    )


@shape
def facts(n: int) -> str:
    return (
        HEAD
        + "".join(f"fact x{i}: int 0..100\n" for i in range(n))
        + dec()
        + "".join(rule(i, f"x{i} > {i}", f"d is o{i % 2}") for i in range(n))
    )


@shape
def sums(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"x{i}" for i in range(n))
        + ": int 0..100\n"
        + dec()
        + rule(1, " + ".join(f"x{i}" for i in range(n)) + " > 100")
        + rule(2, " + ".join(f"{i + 2} * x{i}" for i in range(min(n, 70))) + " = 101", "d is o0")
    )


@shape
def nested_pol(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\n"
        + dec()
        + "".join(f"policy p{i} at owner when x {{\n" for i in range(n))
        + "rule r then d is o1\n"
        + "}" * n
    )


@shape
def parens(n: int) -> str:
    return HEAD + "fact x: bool\n" + dec() + rule(1, "(" * n + "x" + ")" * n)


@shape
def nots(n: int) -> str:
    return HEAD + "fact x: bool\n" + dec() + rule(1, "not " * n + "x")


@shape
def not_parens(n: int) -> str:
    return HEAD + "fact x: bool\n" + dec() + rule(1, "not (" * n + "x" + ")" * n)


@shape
def alternate(n: int) -> str:
    return (
        HEAD
        + "fact x, y: bool\n"
        + dec()
        + rule(1, "".join("(x and (y or " for i in range(n)) + "x" + "))" * n)
    )


@shape
def defchain(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\n"
        + dec()
        + "define a0 = x\n"
        + "".join(f"define a{i + 1} = not a{i}\n" for i in range(n))
        + rule(1, f"a{n}")
    )


@shape
def decchain(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\n"
        + dec(2, "d0")
        + rule(0, "x", "d0 is o1")
        + "".join(dec(2, f"d{i}") + rule(i, f"d{i - 1} is o1", f"d{i} is o1") for i in range(1, n))
    )


@shape
def overrides(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\n"
        + dec()
        + "".join(
            f"rule r{i} at owner when x then d is o{i % 2}"
            + (f" overrides r{i - 1}" if i else "")
            + "\n"
            for i in range(n)
        )
    )


@shape
def clash(n: int) -> str:
    return (
        HEAD + "fact x: bool\n" + dec() + "".join(rule(i, "x", f"d is o{i % 2}") for i in range(n))
    )


@shape
def values(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\n"
        + dec()
        + "".join(f"value v{i}\n" for i in range(n))
        + "priority "
        + " > ".join(f"v{i}" for i in range(n))
        + "\n"
        + "".join(f"rule r{i} at owner for v{i} when x then d is o{i % 2}\n" for i in range(n))
    )


@shape
def levels(n: int) -> str:
    return (
        "authority "
        + " > ".join(f"l{i}" for i in range(n))
        + "\n"
        + "".join(f"principal p{i} at l{i}\n" for i in range(n))
        + "fact x: bool\n"
        + dec()
        + "".join(f"rule r{i} at l{i} when x then d is o{i % 2}\n" for i in range(n))
    )


@shape
def examples(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\nfact y: int\n"
        + dec()
        + rule(1, "x")
        + "".join(f'example "e{i}" given x, y = {i} expect d is o1\n' for i in range(n))
    )


@shape
def asserts(n: int) -> str:
    return (
        HEAD
        + "fact x: bool\nfact y: int\n"
        + dec()
        + rule(1, "x")
        + "".join(f'assert "e{i}": d is o1 when x and y = {i}\n' for i in range(n))
    )


@shape
def assumes(n: int) -> str:
    return (
        HEAD
        + "".join(f"fact x{i}: int\n" for i in range(n))
        + "".join(f"assume a{i}: x{i} < x{(i + 1) % n}\n" for i in range(n))
        + dec()
        + rule(1, "x0 > 3")
    )


@shape
def unknowns(n: int) -> str:
    return (
        HEAD
        + "".join(f"fact x{i}: int?\n" for i in range(n))
        + dec()
        + "".join(rule(i, f"x{i} > {i}") for i in range(n))
    )


@shape
def cuts(n: int) -> str:
    return (
        HEAD
        + "fact x: number\n"
        + dec()
        + "".join(rule(i, f"x > {i} and x < {i + 2}", f"d is o{i % 2}") for i in range(n))
    )


@shape
def minmax(n: int) -> str:
    return (
        HEAD
        + "fact "
        + ", ".join(f"x{i}" for i in range(n))
        + ": number\n"
        + dec()
        + rule(
            1,
            "min("
            + ", ".join(f"x{i}" for i in range(n))
            + ") > max("
            + ", ".join(f"x{i}" for i in range(n))
            + ")",
        )
    )


@shape
def dates(n: int) -> str:
    return (
        HEAD
        + "fact d1, d2: date?\nfact t: time\nfact u: duration\n"
        + dec()
        + rule(1, "d1 + 5d > 0001-01-05")
        + rule(2, "d2 >= 9999-12-31", "d is o0")
        + rule(3, "t + u > 9999-12-31T23:59:59Z")
        + rule(4, "t - 5d < 0001-01-01T00:00:00Z")
        + rule(5, "d1 - d2 > 3652000d")
    )


@shape
def delegates(n: int) -> str:
    return (
        "authority owner > low\n"
        + "".join(f"principal q{i} without authority\n" for i in range(n))
        + "fact x: bool\n"
        + dec()
        + rule(1, "x")
        + "".join(f"delegate q{i} at low on d when x\n" for i in range(n))
    )


@shape
def perms(n: int) -> str:
    return (
        "authority "
        + " > ".join(f"l{i}" for i in range(n))
        + f"\nprincipal u at l{n - 1}\nfact x: bool\n"
        + dec(n + 1)
        + "".join(f"rule r{i} at l{i} when x then d may be o{i}\n" for i in range(n))
    )
