# Fidelity's CMake package, for find_package(Fidelity CONFIG):
#
#   Fidelity::Fidelity    the dialect's C++ classes (fidelity/Fidelity.h), its
#                         passes and the C API (fidelity-c/Fidelity.h)
#   Fidelity::Plugin      the plugin; $<TARGET_FILE:Fidelity::Plugin> is what
#                         mlir-opt's --load-dialect-plugin takes
#   Fidelity::<tool>      each program, fidelity-opt among them
#   Fidelity_INCLUDE_DIR  the headers and .td files

cmake_policy(PUSH)
cmake_policy(VERSION 3.24)
include(CMakeFindDependencyMacro)
find_dependency(MLIR CONFIG)
find_dependency(Threads)

set(_fidelity_llvm "@LLVM_VERSION@")
if(NOT "${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR}" STREQUAL _fidelity_llvm)
  set(Fidelity_FOUND FALSE)
  set(Fidelity_NOT_FOUND_MESSAGE
    "expected LLVM ${_fidelity_llvm}, but got ${LLVM_PACKAGE_VERSION} at ${LLVM_DIR}")
  cmake_policy(POP)
  return()
endif()

get_filename_component(_fidelity_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(Fidelity_INCLUDE_DIR "${_fidelity_prefix}/include")

if(NOT TARGET Fidelity::Fidelity)
  # MLIR's own targets for the C API pull the static MLIR in: a second MLIR in
  # the program, with types and registries of its own. The archives go with
  # libMLIR.so.
  file(GLOB _fidelity_c_api "${LLVM_LIBRARY_DIR}/libMLIRCAPI*.a")
  string(REPLACE ";" "," _fidelity_c_api "${_fidelity_c_api}")

  add_library(Fidelity::Fidelity STATIC IMPORTED)
  set_target_properties(Fidelity::Fidelity PROPERTIES
    IMPORTED_LOCATION "${_fidelity_prefix}/lib/libFidelity.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES CXX
    INTERFACE_INCLUDE_DIRECTORIES
      "${Fidelity_INCLUDE_DIR};${MLIR_INCLUDE_DIRS};${LLVM_INCLUDE_DIRS}"
    INTERFACE_LINK_LIBRARIES
      "$<LINK_GROUP:RESCAN,${_fidelity_c_api}>;MLIR;LLVM;Threads::Threads;${CMAKE_DL_LIBS};m"
    INTERFACE_COMPILE_FEATURES cxx_std_17)

  add_library(Fidelity::Plugin MODULE IMPORTED)
  set_target_properties(Fidelity::Plugin PROPERTIES
    IMPORTED_LOCATION "${_fidelity_prefix}/lib/libFidelityPlugin.so")

  file(GLOB _fidelity_tools "${_fidelity_prefix}/bin/fidelity*")
  foreach(_fidelity_tool IN LISTS _fidelity_tools)
    get_filename_component(_fidelity_name "${_fidelity_tool}" NAME)
    add_executable(Fidelity::${_fidelity_name} IMPORTED)
    set_target_properties(Fidelity::${_fidelity_name} PROPERTIES
      IMPORTED_LOCATION "${_fidelity_tool}")
  endforeach()
endif()

foreach(_fidelity_variable IN ITEMS llvm prefix c_api tools tool name)
  unset(_fidelity_${_fidelity_variable})
endforeach()
unset(_fidelity_variable)
cmake_policy(POP)
