# REQUIRES: python
# RUN: %pytest %s

"""Several threads: modules take turns, compiled functions run at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import fidelity
import numpy as np
import pytest


def at_once(*actions):
    """Runs actions in threads of their own that begin together."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_threads_call_one_program(layer):
    f = fidelity.compile(layer)["layer"]
    random = np.random.default_rng(0)
    w = random.integers(-1, 2, (3, 5), dtype=np.int8)

    def calls(seed):
        def run():
            random = np.random.default_rng(seed)
            for _ in range(300):
                x = random.normal(size=(random.integers(0, 20), 5)).astype(np.float32)
                np.testing.assert_array_equal(f(x, w, 1.0), f(x.copy(), w, 1.0))
                mean = np.sqrt((x.astype(np.float64) ** 2).mean(-1, keepdims=True) + 1e-6)
                # Activations are rounded to 8 bits: half a step of each of 5.
                step = np.abs(x / mean).max(-1, keepdims=True) / 127
                error = np.abs(f(x, w, 1.0) - (x / mean) @ w.T)
                assert (error <= 5 * step / 2 + 1e-4).all()
            return True

        return run

    assert at_once(calls(1), calls(2)) == [True, True]


def test_a_check_that_fails_in_one_thread_is_not_seen_in_another():
    module = fidelity.parse(
        """func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
          %z = fidelity.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
          return %z : tensor<?xf32>
        }"""
    )
    f = fidelity.compile(module)["f"]
    x, y = np.ones(3, np.float32), np.ones(4, np.float32)

    def well():
        return all((f(x, x) == 2).all() for _ in range(300))

    def badly():
        for _ in range(300):
            with pytest.raises(fidelity.ExecutionError):
                f(x, y)
        return True

    assert at_once(well, badly) == [True, True]


def test_two_threads_use_one_module(layer):
    before = str(layer)

    def compile_and_call():
        for _ in range(3):
            y = fidelity.compile(layer)["layer"](np.ones((1, 5), np.float32), np.ones((3, 5), np.int8), 1.0)
            np.testing.assert_allclose(y, np.full((1, 3), 5), rtol=0.01)
        return True

    def change_and_print():
        for _ in range(10):
            layer.run_passes("canonicalize,cse")
            with pytest.raises(ValueError):
                layer.run_passes("nothing")
            assert str(layer) == before
        return True

    assert at_once(compile_and_call, change_and_print) == [True, True]


def test_diagnostics_go_to_the_thread_that_caused_them():
    def refused(name):
        def run():
            for _ in range(50):
                with pytest.raises(fidelity.DiagnosticError) as caught:
                    fidelity.parse(f"{name}.op", name=name)
                assert [one.location for one in caught.value.diagnostics] == [f"{name}:1:1"]
            return True

        return run

    assert at_once(refused("first"), refused("second")) == [True, True]


def test_objects_end_in_another_thread():
    made = at_once(*[lambda: fidelity.parse("func.func @f() { return }")] * 2)
    programs = at_once(*[lambda module=module: fidelity.compile(module) for module in made])
    made.clear()
    assert at_once(*[lambda program=program: program["f"]() for program in programs]) == [None, None]


def test_variables_of_a_module_are_written_by_one_thread_at_a_time():
    # It adds 1 as often as it is told, reading and writing each time.
    module = fidelity.parse(
        """
        memref.global "private" @count : memref<i64> = dense<0>
        func.func @add(%times: index) -> i64 {
          %c0 = arith.constant 0 : index
          %c1 = arith.constant 1 : index
          %one = arith.constant 1 : i64
          %count = memref.get_global @count : memref<i64>
          scf.for %i = %c0 to %times step %c1 {
            %a = memref.load %count[] : memref<i64>
            %b = arith.addi %a, %one : i64
            memref.store %b, %count[] : memref<i64>
          }
          %sum = memref.load %count[] : memref<i64>
          return %sum : i64
        }"""
    )
    # Not optimised, so that the loop stays.
    add = fidelity.compile(module, optimize=0)["add"]
    at_once(*[lambda: [add(100_000) for _ in range(20)]] * 2)
    assert add(0) == 2 * 20 * 100_000


@pytest.mark.parametrize("what", ["compile", "call"])
def test_python_goes_on_meanwhile(model_folder, what):
    module = fidelity.read(model_folder / "model.mlirbc")
    if what == "compile":
        action = lambda: fidelity.compile(module, ["prefill"])
    else:
        prefill = fidelity.compile(module, ["prefill"])["prefill"]
        tokens = np.tile(np.load(model_folder / "tokens-0.npy"), 20)
        action = lambda: prefill(tokens)
    with ThreadPoolExecutor(1) as pool:
        start = time.perf_counter()
        running = pool.submit(action)
        turns = 0
        while not running.done():
            time.sleep(0.001)
            turns += 1
        running.result()
        took = time.perf_counter() - start
    # With the GIL held the first turn would last until the end.
    assert turns > 10, f"{turns} turns in {took} s"
