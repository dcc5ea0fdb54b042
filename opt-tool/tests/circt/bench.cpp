// Drives one design of the bench by its streams, with random stalls.
//
// Arguments: the design, the seed, and of how many cycles in 8 a stream stalls
// on its way in and out. stdin: for each input the number of its values and the
// values, then for each result how many values are expected. stdout: a line of
// values for each result. An offer that is withdrawn or changed before it is
// taken is an error, as is a value too many, or too few in time.

#include "Vbench.h"
#include "verilated.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

struct Stream {
  CData *valid, *ready;
  void *data;
  int bits;
};

struct Design {
  std::vector<Stream> inputs, results;
};

static uint64_t get(const Stream &s) {
  if (s.bits <= 8)
    return *static_cast<CData *>(s.data);
  if (s.bits <= 16)
    return *static_cast<SData *>(s.data);
  if (s.bits <= 32)
    return *static_cast<IData *>(s.data);
  return *static_cast<QData *>(s.data);
}

static void set(const Stream &s, uint64_t value) {
  value &= (uint64_t(1) << s.bits) - 1;
  if (s.bits <= 8)
    *static_cast<CData *>(s.data) = value;
  else if (s.bits <= 16)
    *static_cast<SData *>(s.data) = value;
  else if (s.bits <= 32)
    *static_cast<IData *>(s.data) = value;
  else
    *static_cast<QData *>(s.data) = value;
}

static int fail(const char *what, size_t stream, unsigned long cycle) {
  fprintf(stderr, "%s: stream %zu in cycle %lu\n", what, stream, cycle);
  return 3;
}

#include "designs.h"

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  VerilatedContext context;
  context.randReset(2);
  context.randSeed(1 + atoi(argv[2]));
  Vbench top(&context);
  std::vector<Design> designs = all(top);
  Design &design = designs.at(atoi(argv[1]));
  std::mt19937 random(atoi(argv[2]));
  const unsigned stallIn = atoi(argv[3]), stallOut = atoi(argv[4]);

  size_t total = 0;
  std::vector<std::vector<uint64_t>> given, got(design.results.size());
  for (size_t i = 0; i < design.inputs.size(); ++i) {
    size_t count;
    if (scanf("%zu", &count) != 1)
      return 2;
    given.emplace_back(count);
    total += count;
    for (uint64_t &value : given.back()) {
      long long number;
      if (scanf("%lld", &number) != 1)
        return 2;
      value = static_cast<uint64_t>(number);
    }
  }
  std::vector<size_t> wanted(design.results.size());
  unsigned long limit;
  for (size_t &count : wanted)
    if (scanf("%zu", &count) != 1)
      return 2;
  if (scanf("%lu", &limit) != 1)
    return 2;

  auto clock = [&] {
    top.clk = 1;
    top.eval();
    context.timeInc(1);
    top.clk = 0;
    top.eval();
    context.timeInc(1);
  };
  top.clk = 0;
  top.rst = 1;
  for (int i = 0; i < 3; ++i)
    clock();
  top.rst = 0;

  std::vector<size_t> next(design.inputs.size());
  std::vector<bool> offered(design.inputs.size());
  std::vector<bool> waits(design.results.size());
  std::vector<uint64_t> waiting(design.results.size());
  unsigned long last = 0;
  for (unsigned long cycle = 0;; ++cycle) {
    for (size_t i = 0; i < design.inputs.size(); ++i) {
      const Stream &s = design.inputs[i];
      if (!offered[i])
        offered[i] = next[i] < given[i].size() && random() % 8 >= stallIn;
      *s.valid = offered[i];
      // What is not offered has no meaning.
      set(s, offered[i] ? given[i][next[i]] : random());
    }
    for (const Stream &s : design.results)
      *s.ready = random() % 8 >= stallOut;
    top.eval();
    for (size_t i = 0; i < design.inputs.size(); ++i)
      if (*design.inputs[i].valid && *design.inputs[i].ready) {
        ++next[i];
        offered[i] = false;
      }
    bool done = true;
    for (size_t i = 0; i < design.results.size(); ++i) {
      const Stream &s = design.results[i];
      if (waits[i] && (!*s.valid || get(s) != waiting[i]))
        return fail("an offer was withdrawn or changed", i, cycle);
      waits[i] = *s.valid && !*s.ready;
      waiting[i] = get(s);
      if (*s.valid && *s.ready) {
        got[i].push_back(get(s));
        last = cycle;
      }
      if (got[i].size() > wanted[i])
        return fail("a value too many", i, cycle);
      done &= got[i].size() == wanted[i];
    }
    // A value too many may come late.
    if (done && cycle > last + 100)
      break;
    if (!done && cycle > limit)
      return fail("a value too few", 0, cycle);
    clock();
  }
  for (const std::vector<uint64_t> &values : got) {
    for (uint64_t value : values)
      printf("%llu ", static_cast<unsigned long long>(value));
    printf("\n");
  }
  fprintf(stderr, "%lu cycles\n", last);
  return 0;
}
