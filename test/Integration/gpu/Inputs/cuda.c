// Stands for NVIDIA's driver where there is none: memory is the host's, and a
// launch prints what it is given and fills the memory that nobody has written.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
  uint64_t address;
  size_t size;
  int is_written;
} memory[64];
static int count, live;

static int find(uint64_t address) {
  for (int i = 0; i < count; ++i)
    if (memory[i].size && memory[i].address == address)
      return i;
  return -1;
}

int cuInit(unsigned flags) { return flags; }
int cuDeviceGet(int *device, int number) { return *device = number; }
int cuDevicePrimaryCtxRetain(void **context, int device) { return *context = memory, device; }
int cuCtxSetCurrent(void *context) { return context != memory; }
int cuCtxSynchronize(void) { return 0; }

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 9 : 0;
  return device;
}

int cuGetErrorString(int error, const char **text) {
  *text = error == 218 ? "a PTX JIT compilation failed" : "invalid argument";
  return 0;
}

int cuModuleLoadDataEx(void **module, const char *text, unsigned options, int *names, void **values) {
  if (options != 2 || names[0] != 5 || names[1] != 6)
    return 1;
  if (!strstr(text, ".visible .entry")) {
    strncpy(values[0], "no entry", (size_t)values[1]);
    return 218;
  }
  *module = strdup(text);
  return 0;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
  char entry[256];
  snprintf(entry, sizeof entry, ".visible .entry %s(", name);
  *function = strdup(name);
  return strstr(module, entry) ? 0 : 1;
}

int cuMemAlloc_v2(uint64_t *address, size_t size) {
  if (!size || count == 64)
    return 1;
  memory[count].address = *address = (uint64_t)malloc(size);
  memory[count].size = size;
  ++count, ++live;
  return 0;
}

int cuMemFree_v2(uint64_t address) {
  int at = find(address);
  if (at < 0)
    return 1;
  free((void *)address);
  memory[at].size = 0;
  if (!--live)
    puts("all memory is free");
  return 0;
}

int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t size) {
  int at = find(to);
  if (at < 0 || size > memory[at].size)
    return 1;
  memory[at].is_written = 1;
  return !memcpy((void *)to, from, size);
}

int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t size) {
  int at = find(from);
  return at < 0 || size > memory[at].size || !memcpy(to, (void *)from, size);
}

int cuLaunchKernel(void *function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned u, unsigned v,
                   unsigned shared, void *stream, uint64_t **arguments, void **extra) {
  if (u != 1 || v != 1 || shared || stream || extra)
    return 1;
  printf("%s: grid %u %u %u, %u threads, ", (char *)function, x, y, z, threads);
  // The tests' kernels have four arguments.
  for (int i = 0; i < 4; ++i) {
    int at = find(*arguments[i]);
    if (at < 0) {
      printf(" %llu", (unsigned long long)*arguments[i]);
      continue;
    }
    printf(" %s%zu", memory[at].is_written ? "in:" : "out:", memory[at].size);
    if (!memory[at].is_written)
      memset((void *)memory[at].address, 0x3f, memory[at].size);
  }
  puts("");
  fflush(stdout);
  return 0;
}
