#!/usr/bin/python3
"""The comparison refuses what is wrong.

    self_test.py PROGRAMS

PROGRAMS is the folder of `fidelity` and `fidelity-opt`.
"""

import dataclasses
import pathlib
import sys
import tempfile
import unittest

import numpy as np

from families import mlgru
from harness import PRECISIONS, Case, Failure, Programs, Sum, compare, distance

F32, F16, F64 = PRECISIONS
PROGRAMS = pathlib.Path(sys.argv.pop()).resolve()


class Distance(unittest.TestCase):
    expected = np.array([1.0, -2.0, 4.0])

    def refused(self, reason, actual, expected=expected, growth=4):
        with self.assertRaisesRegex(Failure, reason):
            distance(actual, expected, F32, growth)

    def test_a_rounding_is_allowed_and_more_is_not(self):
        rounded = (self.expected * 1.1).astype(np.float32)
        self.assertLessEqual(distance(rounded, self.expected * 1.1, F32, 0), 1)
        beside = np.nextafter(rounded, np.float32(np.inf))
        self.assertGreater(distance(beside, self.expected * 1.1, F32, 0), 1)

    def test_errors_count_from_the_largest_result(self):
        actual = (self.expected + [4 * 4 * 2.0**-24, 0, 0]).astype(np.float32)
        self.assertLessEqual(distance(actual, self.expected, F32, 4), 1)
        self.assertGreater(distance(actual, self.expected, F32, 2), 1)

    def test_terms_stand_in_for_the_largest_result(self):
        actual = (self.expected + [0, 0, 2.0**-18]).astype(np.float32)
        self.assertGreater(distance(actual, self.expected, F32, 4), 1)
        self.assertLessEqual(distance(actual, Sum(self.expected, self.expected**2), F32, 4), 1)

    def test_halves_are_computed_in_f32(self):
        third = np.array([1 / 3])
        self.assertLessEqual(distance(third.astype(np.float16), third, F16, 4), 1)
        worse = np.nextafter(third.astype(np.float16), np.float16(0))
        self.assertGreater(distance(worse, third, F16, 4), 1)

    def test_shapes_and_types_are_results_too(self):
        actual = self.expected.astype(np.float32)
        self.refused("shape", actual[:, None])
        self.refused("float32", self.expected)

    def test_what_is_no_number_is_refused(self):
        for wrong in [np.nan, np.inf]:
            actual = self.expected.astype(np.float32)
            actual[1] = wrong
            self.refused("finite", actual)
            self.refused("overflows", self.expected.astype(np.float32), expected=actual)

    def test_a_tolerance_that_lets_zeros_pass_is_refused(self):
        self.refused("zeros", self.expected.astype(np.float32), growth=2.0**24)


class Cases(unittest.TestCase):
    """One case run with the equation that it has, and with slightly others."""

    def results(self, case):
        with tempfile.TemporaryDirectory() as work:
            return list(compare(case, Programs(PROGRAMS, pathlib.Path(work))))

    def refused(self, case):
        for _, what, result in self.results(case):
            # One step has no memory: what is wrong with it does not show there.
            if "T=1" not in what.split():
                self.assertIsInstance(result, Failure, what)

    def test_the_equation_itself_is_not_refused(self):
        for _, what, result in self.results(mlgru.CASES[0]):
            self.assertNotIsInstance(result, Failure, what)

    def test_a_decay_that_is_a_little_off_is_refused(self):
        wrong = lambda f, c: mlgru.mlgru(f + 0.1, c)
        self.refused(dataclasses.replace(mlgru.CASES[0], equation=wrong))

    def test_one_step_too_many_is_refused(self):
        wrong = lambda f, c: mlgru.mlgru(np.roll(f, 1, axis=1), c)
        self.refused(dataclasses.replace(mlgru.CASES[0], equation=wrong))

    def test_a_module_that_is_none_is_a_failure(self):
        case = dataclasses.replace(mlgru.CASES[0], body="%o, %h = fidelity.mlgru %f")
        for _, what, result in self.results(case):
            self.assertRegex(str(result), "failed: ", what)

    def test_an_op_that_is_not_decomposed_is_a_failure(self):
        case = Case(
            "silu",
            "%y = fidelity.silu %x : !x",
            lambda rng, length: {"x": rng.standard_normal((length, 3))},
            lambda x: {"y": mlgru.silu(x)},
            growth=8,
        )
        for _, what, result in self.results(case):
            self.assertRegex(str(result), "to make a recurrence", what)
        for _, what, result in self.results(dataclasses.replace(case, chunks=False)):
            self.assertNotIsInstance(result, Failure, what)


if __name__ == "__main__":
    unittest.main()
