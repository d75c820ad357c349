#!/usr/bin/env python3
"""Golden numbers of the rank tests, from scipy: rank_tests.py > rank_tests.json"""
import json

import numpy
from scipy import stats

random = numpy.random.default_rng(7)
cases = []
for blocks, methods, ties in [(14, 4, False), (9, 3, True), (30, 7, True), (5, 2, False), (60, 12, False)]:
    values = random.normal(size=(blocks, methods)) + 0.3 * numpy.arange(methods)
    if ties:
        values = numpy.round(values * 2) / 2
    ranks = numpy.apply_along_axis(lambda row: stats.rankdata(-row), 1, values)
    if methods > 2:
        statistic, chance = stats.friedmanchisquare(*values.T)
    else:  # scipy asks for three methods; the formula does not
        r = ranks.mean(axis=0)
        statistic = 12 * blocks / (methods * (methods + 1)) * ((r**2).sum() - methods * (methods + 1) ** 2 / 4)
        chance = stats.chi2.sf(statistic, methods - 1)
    ratio = (blocks - 1) * statistic / (blocks * (methods - 1) - statistic)
    cases.append(dict(
        values=values.tolist(), ranks=ranks.mean(axis=0).tolist(), friedman=statistic, friedmanChance=chance,
        imanDavenport=ratio, imanDavenportChance=stats.f.sf(ratio, methods - 1, (methods - 1) * (blocks - 1)),
        criticalDifference=stats.studentized_range.ppf(0.95, methods, numpy.inf) / 2**0.5
        * (methods * (methods + 1) / (6 * blocks)) ** 0.5))
quantiles = [dict(methods=k, level=level, q=stats.studentized_range.ppf(1 - level, k, numpy.inf) / 2**0.5)
             for k in (2, 3, 4, 5, 8, 10, 20, 50) for level in (0.05, 0.1)]
tails = [dict(value=v, first=a, second=b, chiSquared=stats.chi2.sf(v, a), fisher=stats.f.sf(v, a, b))
         for v in (0.01, 0.5, 1, 3.7, 25) for a, b in ((1, 4), (3, 39), (9, 90), (40, 400))]
print(json.dumps(dict(cases=cases, quantiles=quantiles, tails=tails)))
