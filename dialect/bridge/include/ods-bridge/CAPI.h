//===- CAPI.h - what Rust and the generic C++ call of each other ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_CAPI_H
#define ODS_BRIDGE_CAPI_H

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "mlir-c/Rewrite.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a hook on an op that does not exist yet knows of it.
typedef struct {
  MlirContext context;
  MlirLocation location;
  intptr_t numOperands;
  const MlirValue *operands;
  MlirAttribute attributes; // a dictionary, or null
} OdsOpParts;

// Receives one type at a time.
typedef struct {
  void *user;
  void (*push)(void *user, MlirType type);
} OdsTypeSink;

// One size of one result: a constant, an index value, or a dimension of a
// shaped value.
enum OdsDimKind { OdsDimStatic = 0, OdsDimValue = 1, OdsDimOf = 2 };
typedef struct {
  int32_t kind;
  int64_t index; // the constant, or the dimension's number
  MlirValue value;
} OdsDim;

typedef struct {
  void *user;
  void (*push)(void *user, intptr_t result, OdsDim dim);
} OdsDimSink;

// How an op is cut into tiles: the loops, for each of them why it is not cut
// (empty for one that may be), then for each operand and each result
// the number of its dimensions, then for each of these dimensions the loop that
// it follows, or OdsTilingWhole.
enum { OdsTilingWhole = -1 };
typedef struct {
  intptr_t numLoops;
  const bool *isReduction;
  const MlirStringRef *uncut;
  intptr_t numMaps;
  const intptr_t *ranks;
  const int64_t *dimensions;
} OdsTiling;

typedef struct {
  void *user;
  void (*set)(void *user, const OdsTiling *tiling);
} OdsTilingSink;

// Receives one fold result at a time: an attribute, or else a value.
typedef struct {
  void *user;
  void (*push)(void *user, MlirAttribute attribute, MlirValue value);
} OdsFoldSink;

// How a hook on an attribute reports: calls back into MLIR's emitter.
typedef struct {
  void *user;
  void (*emit)(void *user, MlirStringRef message);
} OdsEmitter;

// Adds to a pass statistic.
typedef struct {
  MlirOperation operation;
  void *user;
  void (*addToStatistic)(void *user, intptr_t index, int64_t amount);
} OdsPassContext;

void odsBridgeEmitOpError(MlirOperation op, MlirStringRef message,
                          intptr_t numNotes, const MlirLocation *locations,
                          const MlirStringRef *notes);
void odsBridgeEmitError(MlirLocation location, MlirStringRef message,
                        intptr_t numNotes, const MlirLocation *locations,
                        const MlirStringRef *notes);
void odsBridgeEmitRemark(MlirLocation location, MlirStringRef message);

// What an optimisation did: 0 passed, 1 missed, 2 analysis. MLIR may keep the
// category and the name for as long as the context lives, but not the message.
void odsBridgeOptimizationRemark(int kind, MlirLocation location,
                                 MlirStringRef category, MlirStringRef name,
                                 MlirStringRef message);

// The op before one in its block, or null.
MlirOperation odsBridgePreviousInBlock(MlirOperation op);

// The bytes of a dense_resource, null when its blob is not there.
const uint8_t *odsBridgeDenseResourceData(MlirAttribute attribute,
                                          uint64_t *size);
// The key of a dense_resource's blob.
MlirStringRef odsBridgeDenseResourceKey(MlirAttribute attribute);
// A dense_resource of the same blob under another type.
MlirAttribute odsBridgeDenseResourceWithType(MlirAttribute attribute,
                                             MlirType type);

// Whether an op and those within it are known to read and write no memory.
bool odsBridgeIsMemoryEffectFree(MlirOperation op);

// Replaces types and attributes wherever they stand within an op: in types of
// results and block arguments, in attributes, and inside one another, the
// outer one first. A callback gives null for what stays.
typedef struct {
  void *user;
  MlirType (*type)(void *user, MlirType type);
  MlirAttribute (*attribute)(void *user, MlirAttribute attribute);
} OdsReplacements;
void odsBridgeReplaceTypes(MlirOperation op, OdsReplacements replacements);

// mlir-opt with the dialects of `registry` and the passes registered so far.
int odsBridgeOptMain(int argc, char **argv, MlirStringRef toolName,
                     MlirDialectRegistry registry);
int odsBridgeLspServerMain(int argc, char **argv, MlirDialectRegistry registry);
// Whether LLVM was built with statistics, which those of passes are.
bool odsBridgeHasStatistics(void);
// From now on a signal that ends the process prints its stack first.
void odsBridgePrintStackOnCrash(void);
// All that mlir-opt knows.
void odsBridgeRegisterUpstream(MlirDialectRegistry registry);

// Adds dialects that take whatever is written in their namespaces, where the
// registry has no dialect of such a name; they are loaded when `trigger` is.
// False when the process has opened too many. Called once for a registry.
bool odsBridgeOpenNamespaces(MlirDialectRegistry registry,
                             MlirStringRef trigger, intptr_t numNames,
                             const MlirStringRef *names);

// Registers a named pass pipeline. `build` gets the text between the braces
// and gives the pipeline, or an error, as text to `result`.
typedef struct {
  void *user;
  void (*set)(void *user, bool ok, MlirStringRef text);
} OdsTextSink;
void odsBridgeRegisterPipeline(MlirStringRef name, MlirStringRef description,
                               void *user,
                               void (*build)(void *user, MlirStringRef options,
                                             OdsTextSink result));

// Loads a dialect into a context on demand by registering it first.
void odsBridgeAppendRegistry(MlirContext context, MlirDialectRegistry registry);

// What a plugin asks about the process that loaded it.
typedef struct {
  uint32_t major;
  uint32_t minor;
} OdsVersion;
// The version of MLIR's plugin API that we were compiled for.
uint32_t odsBridgePluginApiVersion(void);
// The version of LLVM that we were compiled for.
OdsVersion odsBridgeBuildVersion(void);
// The version of the first LLVM that was loaded, and its file; 0.0 when none
// can be seen.
OdsVersion odsBridgeProcessVersion(const char **file);
// The file of the library or program that holds this function.
const char *odsBridgeOwnFile(void);
// The libMLIR that was loaded because the plugin needs it, null when the
// process had it before.
const char *odsBridgeMlirLoadedWithPlugin(void);
bool odsBridgeRegistryHasDialect(MlirDialectRegistry registry,
                                 MlirStringRef name);
// Calls a function that may call odsBridgeAbort; says whether it returned.
bool odsBridgeCallGuarded(void (*function)(void **), void **arguments);
// Ends the innermost guarded call of this thread, or the process without one.
void odsBridgeAbort(void);
// Reads and verifies a module; null after an error that is emitted.
MlirModule odsBridgeParseModuleFile(MlirContext context, MlirStringRef path);
// The same from text or bytecode, which is copied; the name is that of the file.
MlirModule odsBridgeParseModule(MlirContext context, MlirStringRef source,
                                MlirStringRef name);
// Whether an llvm::TargetMachine's target has a processor of that name.
bool odsBridgeIsCpuOf(void *machine, MlirStringRef cpu);
// Whether the processor of an llvm::TargetMachine has all of those features.
bool odsBridgeHasFeatures(void *machine, MlirStringRef features);

#ifdef __cplusplus
}
#endif

#endif // ODS_BRIDGE_CAPI_H
