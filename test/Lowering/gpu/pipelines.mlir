// From an op to the text of each vendor's code; what their tools say of it is in
// test/Integration/gpu/.

// RUN: fidelity-opt %s --fidelity-nvvm-pipeline=chip=sm_90 | FileCheck %s --check-prefixes=ALL,NVIDIA
// RUN: fidelity-opt %s --fidelity-rocdl-pipeline=chip=gfx942 | FileCheck %s --check-prefixes=ALL,AMD
// RUN: fidelity-opt %s --fidelity-xevm-pipeline=chip=pvc | FileCheck %s --check-prefixes=ALL,INTEL

// ALL:    fidelity.launch
// NVIDIA: gpu.binary @kernels [#gpu.object<#nvvm.target<O = 3, chip = "sm_90", features = "+ptx78">, {{.*}}assembly = "{{.*}}.target sm_90{{.*}}.visible .entry gate_kernel0(
// AMD:    gpu.binary @kernels [#gpu.object<#rocdl.target<O = 3, chip = "gfx942">, {{.*}}assembly = "{{.*}}.amdgcn_target {{.*}}gfx942{{.*}}.globl\09gate_kernel0
// INTEL:  gpu.binary @kernels [#gpu.object<#xevm.target<O = 3, chip = "pvc">, {{.*}}assembly = "{{.*}}OpEntryPoint Kernel %{{[0-9]+}} \22gate_kernel0\22

// An option is needed, and names one of the chips.
// RUN: not fidelity-opt %s --fidelity-nvvm-pipeline 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected chip=… as the option of fidelity-nvvm-pipeline, but got none
// RUN: not fidelity-opt %s --fidelity-rocdl-pipeline="chip=gfx942 fast=true" 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: error: expected chip=… as the option of fidelity-rocdl-pipeline, but got `chip=gfx942 fast=true`
// RUN: not fidelity-opt %s --fidelity-nvvm-pipeline=chip=sm_1 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: expected a chip of sm_75, sm_80, sm_86, sm_87, sm_89, sm_90, sm_100, sm_103, sm_120, sm_121, but got sm_1

func.func @gate(%a: tensor<?x100xf32>, %b: tensor<?x100xf32>) -> tensor<?x100xf32> {
  %0 = fidelity.swiglu %a, %b : (tensor<?x100xf32>, tensor<?x100xf32>) -> tensor<?x100xf32>
  return %0 : tensor<?x100xf32>
}
