//===- OpenDialect.cpp - namespaces whose dialects are elsewhere ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "ods-bridge/CAPI.h"

#include "llvm/ADT/StringSet.h"

#include <array>
#include <mutex>
#include <utility>

using namespace mlir;

namespace {

/// A process may open so many namespaces. MLIR wants a class for each dialect.
constexpr size_t maxNamespaces = 16;

/// The names of the namespaces, one per class, in the order of opening. They
/// live as long as the process, as contexts refer to them.
struct Namespaces {
  std::mutex mutex;
  std::array<std::string, maxNamespaces> names;
  size_t count = 0;
  llvm::StringSet<> triggers;

  static Namespaces &get() {
    // Never destroyed: a context may outlive static objects.
    static auto *namespaces = new Namespaces();
    return *namespaces;
  }
};

/// A dialect that takes any op, type and attribute of its namespace as it is
/// written and checks nothing.
template <size_t index> class OpenDialect : public Dialect {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OpenDialect)

  static StringRef getDialectNamespace() {
    return Namespaces::get().names[index];
  }

  explicit OpenDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context,
                TypeID::get<OpenDialect<index>>()) {
    allowUnknownOperations();
    allowUnknownTypes();
  }

  // The default takes unknown types, but no unknown attributes.
  Attribute parseAttribute(DialectAsmParser &parser, Type type) const override {
    return OpaqueAttr::get(StringAttr::get(getContext(), getNamespace()),
                           parser.getFullSymbolSpec(),
                           type ? type : NoneType::get(getContext()));
  }
};

/// Loads the opened namespaces along with another dialect.
class LoadWith : public DialectExtensionBase {
public:
  LoadWith(StringRef trigger, SmallVector<std::string> names)
      : DialectExtensionBase(trigger), names(std::move(names)) {}

  void apply(MLIRContext *context, MutableArrayRef<Dialect *>) const override {
    for (const std::string &name : names)
      context->getOrLoadDialect(name);
  }

  std::unique_ptr<DialectExtensionBase> clone() const override {
    return std::make_unique<LoadWith>(*this);
  }

private:
  SmallVector<std::string> names;
};

} // namespace

/// The class of a name, a new one for a new name.
static std::optional<size_t> indexOf(StringRef name) {
  Namespaces &namespaces = Namespaces::get();
  std::lock_guard<std::mutex> lock(namespaces.mutex);
  for (size_t index = 0; index < namespaces.count; ++index)
    if (namespaces.names[index] == name)
      return index;
  if (namespaces.count == maxNamespaces)
    return std::nullopt;
  namespaces.names[namespaces.count] = name.str();
  return namespaces.count++;
}

/// A name that lives as long as the process: MLIR keeps those of the dialects
/// that an extension requires as references.
static StringRef keep(StringRef name) {
  Namespaces &namespaces = Namespaces::get();
  std::lock_guard<std::mutex> lock(namespaces.mutex);
  return namespaces.triggers.insert(name).first->getKey();
}

template <size_t... indices>
static void insert(DialectRegistry &registry, size_t wanted,
                   std::index_sequence<indices...>) {
  ((indices == wanted ? registry.insert<OpenDialect<indices>>() : void()), ...);
}

bool odsBridgeOpenNamespaces(MlirDialectRegistry registry,
                             MlirStringRef trigger, intptr_t numNames,
                             const MlirStringRef *names) {
  DialectRegistry &dialects = *unwrap(registry);
  SmallVector<std::string> opened;
  for (intptr_t i = 0; i < numNames; ++i) {
    StringRef name = unwrap(names[i]);
    opened.push_back(name.str());
    // MLIR aborts when two classes claim one namespace, and whoever has the
    // real dialect verifies what is built.
    if (dialects.getDialectAllocator(name))
      continue;
    std::optional<size_t> index = indexOf(name);
    if (!index)
      return false;
    insert(dialects, *index, std::make_index_sequence<maxNamespaces>());
  }
  dialects.addExtension(TypeID::get<LoadWith>(),
                        std::make_unique<LoadWith>(keep(unwrap(trigger)), std::move(opened)));
  return true;
}
