"""Quantiles of Student's t and Fisher's F, which the standard library lacks.

Both come from the regularised incomplete beta function, computed by its continued fraction
(Press et al., Numerical Recipes, 3rd ed. 2007, section 6.4; Lentz 1976). The inverse is found
by bisection on the logarithm, which needs no starting guess and cannot run away.
"""

from __future__ import annotations

import math
from functools import cache

_TINY = 1e-300
_CLOSE = 1e-15


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1.

    I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) times a continued fraction, which converges fast
    below the mean; above it, I_x(a, b) = 1 - I_(1-x)(b, a).
    """
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    )  # fmt: skip
    return math.exp(log_front) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1))
    product, step, m = d, 0.0, 0
    while abs(step - 1.0) > _CLOSE:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            step *= c * d
        product *= step
    return product


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def f_probability(x: float, df1: float, df2: float) -> float:
    """Return P(F <= x) for Fisher's F with df1 and df2 degrees of freedom: I_y(df1/2, df2/2).

    y = df1 x / (df1 x + df2). Degrees of freedom need not be whole.
    """
    if x <= 0:
        return 0.0
    whole = df1 * x + df2
    if df1 * x > df2:  # near 1 the other tail keeps the digits
        return 1.0 - incomplete_beta(df2 / 2, df1 / 2, df2 / whole)
    return incomplete_beta(df1 / 2, df2 / 2, df1 * x / whole)


def f_quantile(p: float, df1: float, df2: float) -> float:
    """Return the x with P(F <= x) = p, for 0 < p < 1."""
    low, high = -700.0, 700.0  # of the logarithm
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return math.exp(middle)
        if f_probability(math.exp(middle), df1, df2) < p:
            low = middle
        else:
            high = middle


@cache
def t_quantile(p: float, df: float) -> float:
    """Return the x with P(T <= x) = p for Student's t with df degrees of freedom, 0 < p < 1.

    T squared is F with 1 and df degrees of freedom.
    """
    if p == 0.5:
        return 0.0
    root = math.sqrt(f_quantile(abs(2 * p - 1), 1, df))
    return root if p > 0.5 else -root
